import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { BlockList, LookupFunction } from 'node:net';
import { AssayError } from '@assay/kernel';
import type { AlertingErrorCode } from '../alerting.errors.js';
import { mayReach } from './address.js';
import { literalAddress } from './webhook-url.js';

/** Gives the addresses of a name, as `dns.lookup` does. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

const systemResolver: Resolve = (hostname) => lookup(hostname, { all: true });

/**
 * Keeps webhooks from reaching what only our own machine can reach. A name is resolved once and the connection goes to
 * the very address that was checked, so that a name which answers differently the second time gains nothing.
 */
export class AddressGuard {
  constructor(
    private readonly allowed: BlockList,
    private readonly resolve: Resolve = systemResolver,
  ) {}

  /**
   * Checks a URL before anything is sent to it, and before a channel is kept.
   * @throws AssayError `alerting.address-refused`; what the resolver throws for a name that does not exist
   */
  async check(url: URL): Promise<void> {
    const literal = literalAddress(url);
    if (literal === null) await this.addressesOf(url.hostname);
    else if (!mayReach(literal, this.allowed)) throw refused(literal);
  }

  /** For `net.connect`: resolves, refuses, and hands out nothing that was not checked. */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    const answer = async (): Promise<LookupAddress[]> => {
      const wanted = (await this.addressesOf(hostname)).filter(
        (each) => !options.family || options.family === each.family,
      );
      if (wanted.length === 0) throw notFound(hostname);
      return wanted;
    };
    void answer().then(
      (wanted) =>
        options.all === true ? callback(null, wanted) : callback(null, wanted[0]!.address, wanted[0]!.family),
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };

  /** One address that may not be reached refuses the name: half a trap is a trap. */
  private async addressesOf(hostname: string): Promise<readonly LookupAddress[]> {
    const addresses = await this.resolve(hostname);
    const forbidden = addresses.find(({ address }) => !mayReach(address, this.allowed));
    if (forbidden !== undefined) throw refused(forbidden.address, hostname);
    return addresses;
  }
}

/** True for the guard's own refusal, also where the HTTP client has wrapped it. */
export function isRefusal(error: unknown): error is AssayError<AlertingErrorCode> {
  return error instanceof AssayError && error.code === 'alerting.address-refused';
}

function refused(address: string, hostname?: string): AssayError<AlertingErrorCode> {
  const who = hostname === undefined ? address : `${hostname} (${address})`;
  const message = `points to ${who}, which is no public address; OUTBOUND_ALLOWED_NETWORKS can allow its network`;
  return new AssayError('invalid', 'alerting.address-refused', `The URL ${message}.`, {
    fields: [{ field: 'url', message }],
  });
}

function notFound(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' });
}
