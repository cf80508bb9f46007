import type { TenantSlug, Uuid } from '@assay/kernel';

/** Forges that tell us of pull and merge requests. */
export const forges = ['github', 'gitlab', 'gitea'] as const;
export type Forge = (typeof forges)[number];

/** How one forge, or one organisation in it, tells a tenant what became of its changes. */
export interface ChangeHook {
  readonly id: Uuid;
  readonly tenant: TenantSlug;
  readonly forge: Forge;
  /** What subjects call the forge: the `provider` that CI jobs send. */
  readonly provider: string;
  readonly name: string;
  readonly createdBy: string;
  readonly createdAt: Date;
}

/** What a delivery says, whichever forge sent it. Null where it speaks of nothing that we follow. */
export interface ChangeNews {
  readonly org: string;
  readonly repo: string;
  readonly prId: string;
  readonly what: 'merged' | 'abandoned' | 'reopened';
  readonly mergeCommitSha: string | null;
  readonly at: Date;
}

/** Headers of a request, as Node gives them: names in lower case. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;
