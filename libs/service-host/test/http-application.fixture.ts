import { setTimeout as delay } from 'node:timers/promises';
import {
  Allow,
  AllowPlatformAdmin,
  Caller,
  InternalIdentity,
  internalCallers,
  type Principal,
  Public,
} from '@assay/identity';
import { AssayError, type ErrorKind } from '@assay/kernel';
import { createMetrics, currentTraceparent, logger } from '@assay/telemetry';
import { Body, Controller, Get, Module, Param, Post, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsString, Min, ValidateNested } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import {
  createHttpApplication,
  type HttpApplication,
  type HttpApplicationOptions,
  IgnoresUnknownFields,
  PageQueryDto,
  RawBody,
} from '../src/http/index.js';

export const internalKey = 'the internal key of the tests of service-host';

class PartDto {
  @ApiProperty() @IsInt() @Min(1) amount!: number;
}

class OrderDto {
  @ApiProperty() @IsString() name!: string;
  @ApiProperty({ type: [PartDto] }) @ValidateNested({ each: true }) @Type(() => PartDto) parts!: PartDto[];
}

@IgnoresUnknownFields()
class DialectDto {
  @ApiProperty() @IsString() name!: string;
}

@Controller('things')
@Allow('viewer', 'admin')
export class ThingsController {
  @Get() list(@Query() query: PageQueryDto) {
    return { limit: query.limit, count: query.count };
  }

  @Post() @Allow('ci') order(@Body() body: OrderDto, @Caller() caller: Principal) {
    return { name: body.name, isDto: body.parts[0] instanceof PartDto, by: caller.actor, trace: currentTraceparent() };
  }

  @Post('dialect') @Public() dialect(@Body() body: DialectDto) {
    return body;
  }

  /** Hashes what it is sent without ever holding it. */
  @Post('raw') @Allow('ci') @RawBody() async raw(@Req() request: FastifyRequest) {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of request.body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      hash.update(chunk);
    }
    return { bytes, digest: hash.digest('hex') };
  }

  @Get('errors/:kind') fail(@Param('kind') kind: ErrorKind) {
    throw new AssayError(kind, 'things.broken', 'In words.', {
      cause: new Error('select secret from /srv'),
      fields: [{ field: 'name', message: 'is odd' }],
    });
  }

  @Get('broken') broken(): never {
    throw new TypeError('select secret from /srv');
  }

  @Get('half') half(@Res() reply: FastifyReply): void {
    const body = Readable.from(
      (async function* () {
        yield 'half of it';
        await delay(20);
        throw new Error('the other half is lost');
      })(),
    );
    void reply.send(body);
  }

  @Get('stream') stream() {
    return new StreamableFile(Readable.from(['a'.repeat(100_000), 'b'.repeat(100_000)]), { type: 'text/plain' });
  }

  @Post('slow') async slowly(@Body() _: object) {
    return this.slow();
  }

  @Get('slow') async slow() {
    await delay(300);
    return { done: true };
  }

  @Get('platform') @AllowPlatformAdmin() platform() {
    return {};
  }

  @Get('open') @Public() open() {
    return { open: true };
  }
}

@Module({ controllers: [ThingsController] })
export class ThingsModule {}

/** An application on a free port, and what it logged. */
export async function startThings(
  options: Partial<HttpApplicationOptions> = {},
): Promise<{ http: HttpApplication; url: string; lines: Record<string, unknown>[] }> {
  const lines: Record<string, unknown>[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _, done) {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  const http = await createHttpApplication(ThingsModule, {
    log: logger('things', { destination, level: 'debug' }),
    metrics: createMetrics('things'),
    callers: () => internalCallers(new InternalIdentity(internalKey)),
    openApi: { title: 'Things' },
    ...options,
  });
  return { http, url: await http.listen(0), lines };
}
