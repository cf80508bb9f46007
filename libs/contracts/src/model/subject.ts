import { z } from 'zod';

/** What was looked at. Its tuple of text fields is its identity within a tenant (`semantics.md` §1). */
export const subjectSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pr'), provider: z.string(), org: z.string(), repo: z.string(), prId: z.string() }),
  z.object({ kind: z.literal('branch'), provider: z.string(), org: z.string(), repo: z.string(), branch: z.string() }),
  z.object({ kind: z.literal('image'), imageName: z.string() }),
  z.object({ kind: z.literal('host'), hostId: z.string() }),
]);
export type Subject = z.infer<typeof subjectSchema>;

/**
 * The subject as one text, unambiguous whatever its fields hold: each field is JSON-escaped, so that `::` inside a
 * name cannot make two subjects share a key. For `case_key`, which is for display, see case-engine.
 */
export function subjectKey(subject: Subject): string {
  switch (subject.kind) {
    case 'pr':
      return JSON.stringify(['pr', subject.provider, subject.org, subject.repo, subject.prId]);
    case 'branch':
      return JSON.stringify(['branch', subject.provider, subject.org, subject.repo, subject.branch]);
    case 'image':
      return JSON.stringify(['image', subject.imageName]);
    case 'host':
      return JSON.stringify(['host', subject.hostId]);
  }
}

/** The subject of a key that `subjectKey` made. @throws SyntaxError or ZodError for any other text */
export function subjectOfKey(key: string): Subject {
  const [kind, ...fields] = z.array(z.string()).parse(JSON.parse(key));
  const names = subjectSchema.options.find(({ shape }) => shape.kind.value === kind);
  const [, ...named] = Object.keys(names?.shape ?? {});
  return subjectSchema.parse({ kind, ...Object.fromEntries(named.map((name, index) => [name, fields[index]])) });
}

/** Everything the caller said of where a document came from (`api.md`, "Where it came from"). Absent is null. */
export const originSchema = z.object({
  provider: z.string(),
  org: z.string(),
  repo: z.string().nullable(),
  branch: z.string().nullable(),
  prId: z.string().nullable(),
  targetBranch: z.string().nullable(),
  commitSha: z.string().nullable(),
  /** `name <mail>`, as git has it. */
  commitAuthor: z.string().nullable().optional(),
  baseSha: z.string().nullable(),
  runId: z.string().nullable(),
  runUrl: z.string().nullable(),
  runStartedAt: z.iso.datetime().nullable(),
  imageName: z.string().nullable(),
  imageTag: z.string().nullable(),
  imageDigest: z.string().nullable(),
  /** The host that a document describes: any id that the host is known by. */
  hostId: z.string().nullable().optional(),
  /** The CI system as it was recognised by the run's address, where nobody named a provider. Never part of an identity. */
  ciProvider: z.string().nullable().optional(),
});
export type Origin = z.infer<typeof originSchema>;

/** The first complete one of PR, branch, image, host; null if the origin names none of them. */
export function subjectOfOrigin(origin: Origin): Subject | null {
  const { provider, org, repo, branch, prId, imageName, hostId = null } = origin;
  if (repo !== null && prId !== null) return { kind: 'pr', provider, org, repo, prId };
  if (repo !== null && branch !== null) return { kind: 'branch', provider, org, repo, branch };
  if (imageName !== null) return { kind: 'image', imageName };
  if (hostId !== null) return { kind: 'host', hostId };
  return null;
}
