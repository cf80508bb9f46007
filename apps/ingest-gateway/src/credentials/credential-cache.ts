import type { Principal } from '@assay/identity';
import type { Uuid } from '@assay/kernel';

/** What is known of a secret: who it is, or that it is nobody. */
export interface CachedCredential {
  readonly principal: Principal | null;
  /** Milliseconds since 1970 at which the credential itself ends; null for never. */
  readonly expiresAtMs: number | null;
}

interface Entry extends CachedCredential {
  readonly knownUntilMs: number;
}

/** The least recently used credentials give way. Keys are hashes; no secret is held. */
export class CredentialCache {
  private readonly entries = new Map<string, Entry>();
  /** Hashes of secrets that opened something when they were last looked up, the latest last. */
  private readonly good = new Set<string>();

  constructor(
    private readonly maxEntries: number,
    private readonly ttlMs: number,
    private readonly unknownTtlMs: number,
  ) {}

  /** What was found for the hash and may still be believed, or undefined. */
  get(hash: string, nowMs: number): CachedCredential | undefined {
    const entry = this.entries.get(hash);
    if (entry === undefined) return undefined;
    this.entries.delete(hash);
    if (entry.knownUntilMs <= nowMs) return undefined;
    this.entries.set(hash, entry);
    if (entry.expiresAtMs !== null && entry.expiresAtMs <= nowMs) return { principal: null, expiresAtMs: null };
    return entry;
  }

  set(hash: string, credential: CachedCredential, nowMs: number): void {
    this.entries.delete(hash);
    const [oldest] = this.entries.keys();
    if (this.entries.size >= this.maxEntries && oldest !== undefined) this.entries.delete(oldest);
    this.remember(hash, credential.principal !== null);
    const ttlMs = credential.principal === null ? this.unknownTtlMs : this.ttlMs;
    this.entries.set(hash, { ...credential, knownUntilMs: nowMs + ttlMs });
  }

  /** True if the secret opened something when it was last looked up, however long ago: somebody uses it. */
  wasGood(hash: string): boolean {
    return this.good.has(hash);
  }

  private remember(hash: string, isGood: boolean): void {
    this.good.delete(hash);
    if (!isGood) return;
    const [oldest] = this.good;
    if (this.good.size >= this.maxEntries && oldest !== undefined) this.good.delete(oldest);
    this.good.add(hash);
  }

  /** Forgets one credential, wherever it is held. */
  drop(credentialId: Uuid): void {
    for (const [hash, { principal }] of this.entries) {
      if (principal?.credentialId === credentialId) this.entries.delete(hash);
    }
  }

  clear(): void {
    this.entries.clear();
  }
}
