import { AssayError } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { maxCachedPackages, maxCachedVulnerabilities } from '../limits.js';
import type { ServiceErrorCode } from '../scanner.errors.js';
import { AdvisoryIndexStore, type Generational, type IndexedAdvisory } from './advisory-index.store.js';
import { BoundedMap } from './bounded-map.js';
import type { Vulnerability } from './vulnerability.js';

/** A question to the database for whatever the cache does not hold. */
type Load<Found> = (keys: readonly string[]) => Promise<Generational<Found>>;

/**
 * What advisories say, from memory where the same package was asked for before. Whatever is remembered belongs to one
 * generation of the feeds; an answer of another one empties the memory. So a stale answer can only come from before an
 * import that nobody here has noticed, and whoever records a result compares generations (`ScansStore`).
 */
@Injectable()
export class AdvisoryIndex {
  #generation = 0;
  readonly #packages = new BoundedMap<readonly IndexedAdvisory[]>(maxCachedPackages);
  readonly #ids = new BoundedMap<Vulnerability | 'unknown'>(maxCachedVulnerabilities);

  constructor(private readonly store: AdvisoryIndexStore) {}

  /** Of what is remembered; 0 while nothing is. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * The advisories in force for each of these packages.
   * @throws AssayError `scanner.feeds-loading` (unavailable) until the first feeds are in: nothing found would look like nothing wrong
   */
  async advisoriesOf(tx: Transaction, keys: Iterable<string>): Promise<Generational<readonly IndexedAdvisory[]>> {
    const load: Load<readonly IndexedAdvisory[]> = (missing) => this.store.advisoriesOf(tx, missing);
    return this.#lookup(tx, [...new Set(keys)], this.#packages, load, []);
  }

  /** The vulnerabilities behind these ids; ids that nobody knows are not in the map. Throws like `advisoriesOf`. */
  async vulnerabilitiesOf(tx: Transaction, ids: Iterable<string>): Promise<Generational<Vulnerability>> {
    const load: Load<Vulnerability | 'unknown'> = (missing) => this.store.vulnerabilitiesOf(tx, missing);
    const { generation, found } = await this.#lookup(tx, [...new Set(ids)], this.#ids, load, 'unknown' as const);
    return {
      generation,
      found: new Map([...found].filter((entry): entry is [string, Vulnerability] => entry[1] !== 'unknown')),
    };
  }

  /** Forgets everything, because somebody has imported something. */
  forget(): void {
    this.#generation = 0;
    this.#packages.clear();
    this.#ids.clear();
  }

  async #lookup<Found>(
    tx: Transaction,
    keys: readonly string[],
    cache: BoundedMap<Found>,
    load: Load<Found>,
    none: Found,
  ): Promise<Generational<Found>> {
    if (this.#generation === 0) this.#enter(await this.store.generation(tx));
    const found = new Map<string, Found>();
    const missing: string[] = [];
    for (const key of keys) {
      const known = cache.get(key);
      if (known === undefined) missing.push(key);
      else found.set(key, known);
    }
    const generation = this.#generation;
    if (missing.length === 0) return { generation, found };

    const loaded = await load(missing);
    // Somebody imported between what is remembered and what was just read: both together would be a mixture.
    if (loaded.generation !== generation || this.#generation !== generation) {
      this.#enter(loaded.generation);
      return this.#lookup(tx, keys, cache, load, none);
    }
    for (const key of missing) {
      const value = loaded.found.get(key) ?? none;
      cache.set(key, value);
      found.set(key, value);
    }
    return { generation, found };
  }

  #enter(generation: number): void {
    if (generation === 0) {
      const code: ServiceErrorCode = 'scanner.feeds-loading';
      throw new AssayError('unavailable', code, 'The first advisories are still being read', { retryAfterSeconds: 2 });
    }
    if (generation === this.#generation) return;
    this.forget();
    this.#generation = generation;
  }
}
