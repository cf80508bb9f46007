import type { Principal } from '@assay/identity';
import { AssayError } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { InternalHttp } from '@assay/service-host';
import { Injectable } from '@nestjs/common';
import { badRequest, missing } from '../patchhound.errors.js';
import { meantBy, readRepository } from '../scans/repository-key.js';
import { RunNamesStore } from '../scans/run-names.store.js';
import type { PatchHoundCaller } from '../tokens/admit-token.service.js';

/** The exclusion file of a repository, by any of the names that it goes by; case-engine keeps it and what follows from it. */
@Injectable()
export class PatchHoundExclusions {
  constructor(
    private readonly http: InternalHttp,
    private readonly transactions: Transactions,
    private readonly names: RunNamesStore,
  ) {}

  /** @throws AssayError `patchhound.not-found` where none was ever stored */
  async read(caller: PatchHoundCaller, currentRepo: string): Promise<object> {
    const file = await this.find(caller, currentRepo);
    if (file === null) throw missing('exclusion file missing');
    return file;
  }

  /** Null where none was ever stored. */
  async find({ principal }: PatchHoundCaller, currentRepo: string): Promise<object | null> {
    const named = readRepository(currentRepo);
    const known = await this.transactions.run(principal.tenant, (tx) => this.names.findRepository(tx, named.key));
    try {
      const path = pathOf(meantBy(named, known));
      return await this.http.json<object>('case-engine', { method: 'GET', path, principal });
    } catch (error) {
      if (error instanceof AssayError && error.kind === 'not-found') return null;
      throw error;
    }
  }

  /** @throws AssayError `patchhound.bad-request` that says what is wrong with the file; nothing is known of the repository then */
  async replace({ principal }: PatchHoundCaller, currentRepo: string, file: Buffer): Promise<void> {
    const named = readRepository(currentRepo);
    const json = parsed(file);
    const { tenant, actor } = principal;
    const known = await this.transactions.run(tenant, (tx) => this.names.findRepository(tx, named.key));
    await this.put(principal, meantBy(named, known), json);
    if (known !== null) return;
    const kept = await this.transactions.run({ tenant, actor }, (tx) => this.names.lockRepository(tx, named, null));
    // A scan may have made it known meanwhile, under another name of the same key.
    if (kept.org !== named.org || kept.repo !== named.repo) await this.put(principal, meantBy(named, kept), json);
  }

  private async put(principal: Principal, place: ReturnType<typeof meantBy>, json: unknown): Promise<void> {
    try {
      await this.http.json('case-engine', { method: 'PUT', path: pathOf(place), principal, json });
    } catch (error) {
      if (error instanceof AssayError && error.kind === 'invalid') throw badRequest(wordsOf(error));
      throw error;
    }
  }
}

function pathOf({ org, repo }: { readonly org: string; readonly repo: string }): string {
  return `/api/v1/exceptions/file?${new URLSearchParams({ org, repo }).toString()}`;
}

function parsed(file: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file)) as unknown;
  } catch (cause) {
    throw badRequest('exclusion file must be valid JSON', { cause });
  }
}

function wordsOf({ message, fields }: AssayError): string {
  const [first] = fields;
  return first === undefined ? message : `exclusion file: ${first.field} ${first.message}`;
}
