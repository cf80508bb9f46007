import { Allow, Caller, type Principal } from '@assay/identity';
import { AssayError } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Controller, Get, Header, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiProduces, ApiTags, ApiOperation } from '@nestjs/swagger';
import { KEYS_MAX } from '../limits.js';
import type { SignerErrorCode } from '../signer.errors.js';
import { SigningKeyDto, SigningKeysDto, toSigningKeyDto } from './keys.dto.js';
import { KeysStore } from './keys.store.js';
import { RotateKey } from './rotate-key.service.js';

@ApiTags('signing')
@Controller('api/v1/keys')
export class KeysController {
  constructor(
    private readonly transactions: Transactions,
    private readonly keys: KeysStore,
    private readonly rotateKey: RotateKey,
  ) {}

  @Get()
  @ApiOperation({ summary: "The tenant's public keys, retired ones included: what they signed is verified with them" })
  @Allow('admin', 'analyst', 'ci', 'viewer', 'service')
  @ApiOkResponse({ type: SigningKeysDto })
  async list(@Caller() caller: Principal): Promise<SigningKeysDto> {
    const keys = await this.transactions.run(caller.tenant, (tx) => this.keys.list(tx, KEYS_MAX));
    return { items: keys.map(toSigningKeyDto), nextCursor: null };
  }

  @Get(':keyId/pem')
  @ApiOperation({ summary: 'One public key as a file, as `cosign --key` takes it' })
  @Allow('admin', 'analyst', 'ci', 'viewer', 'service')
  @Header('content-type', 'application/x-pem-file')
  @ApiProduces('application/x-pem-file')
  @ApiOkResponse({ description: 'SPKI in PEM', schema: { type: 'string' } })
  async pem(@Caller() caller: Principal, @Param('keyId') keyId: string): Promise<string> {
    const key = await this.transactions.run(caller.tenant, (tx) => this.keys.find(tx, keyId));
    if (key !== null) return key.publicKeyPem;
    throw new AssayError<SignerErrorCode>('not-found', 'signer.no-such-key', 'There is no such key.');
  }

  @Post('rotate')
  @ApiOperation({ summary: 'Makes a new signing key; the public half of the old one stays, to verify what it signed' })
  @HttpCode(201)
  @Allow('admin')
  @ApiCreatedResponse({ type: SigningKeyDto })
  async rotate(@Caller() caller: Principal): Promise<SigningKeyDto> {
    return toSigningKeyDto(await this.rotateKey.execute(caller));
  }
}
