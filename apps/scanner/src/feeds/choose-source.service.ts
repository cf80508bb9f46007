import { realpath } from 'node:fs/promises';
import { join, relative, resolve, isAbsolute } from 'node:path';
import { AssayError } from '@assay/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { SCANNER_ENV, type ScannerEnv } from '../scanner.env.js';
import type { ServiceErrorCode } from '../scanner.errors.js';
import type { FeedName, FeedSource } from './feed.js';

/** Decides what a refresh reads: a caller can neither make us read any file nor call any address. */
@Injectable()
export class ChooseSource {
  constructor(@Inject(SCANNER_ENV) private readonly env: ScannerEnv) {}

  /** The configured source: the mirror on disk before the addresses; null if there is neither. */
  configured(feed: FeedName): FeedSource | null {
    const { FEEDS_DIR: directory } = this.env;
    if (directory !== undefined) return { kind: 'path', path: join(directory, feed), isWhole: true };
    const urls = this.#urls()[feed];
    return urls.length === 0 ? null : { kind: 'urls', urls };
  }

  /**
   * What a caller asked for.
   * @throws AssayError `scanner.no-feed-source` (conflict) if nothing is configured, `scanner.feed-source-forbidden`
   *   (invalid) for a path outside of FEEDS_DIR or an address on a host that no configured one is on
   */
  async asked(feed: FeedName, source: string | undefined): Promise<FeedSource> {
    if (source === undefined) return this.configured(feed) ?? this.#nothing(feed);
    return /^https?:\/\//i.test(source) ? this.#address(source) : this.#path(source);
  }

  #address(source: string): FeedSource {
    const known = Object.values(this.#urls())
      .flat()
      .map((url) => new URL(url).origin);
    if (!URL.canParse(source) || !known.includes(new URL(source).origin)) {
      throw forbidden('is on none of the hosts of OSV_FEED_URLS, KEV_FEED_URL and EPSS_FEED_URL');
    }
    return { kind: 'urls', urls: [source] };
  }

  /** Symbolic links are followed before it is looked where the path leads. */
  async #path(source: string): Promise<FeedSource> {
    const { FEEDS_DIR: directory } = this.env;
    if (directory === undefined) throw forbidden('is a path, and FEEDS_DIR is not set');
    const root = await realpath(resolve(directory)).catch(() => resolve(directory));
    const path = await realpath(resolve(root, source)).catch(() => undefined);
    const inside = path === undefined ? undefined : relative(root, path);
    if (path === undefined || inside === undefined || inside.startsWith('..') || isAbsolute(inside)) {
      throw forbidden('is nothing below FEEDS_DIR');
    }
    return { kind: 'path', path, isWhole: true };
  }

  #nothing(feed: FeedName): never {
    const code: ServiceErrorCode = 'scanner.no-feed-source';
    const settings = { osv: 'OSV_FEED_URLS', kev: 'KEV_FEED_URL', epss: 'EPSS_FEED_URL' } as const;
    const message = `There is no source for ${feed}: set FEEDS_DIR or ${settings[feed]}, or give one.`;
    throw new AssayError('conflict', code, message);
  }

  #urls(): Record<FeedName, readonly string[]> {
    const { OSV_FEED_URLS: osv, KEV_FEED_URL: kev, EPSS_FEED_URL: epss } = this.env;
    return { osv, kev: kev === undefined ? [] : [kev], epss: epss === undefined ? [] : [epss] };
  }
}

function forbidden(why: string): AssayError<ServiceErrorCode> {
  const message = `The source ${why}.`;
  const fields = [{ field: 'source', message: why }];
  return new AssayError('invalid', 'scanner.feed-source-forbidden', message, { fields });
}
