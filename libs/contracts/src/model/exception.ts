import { z } from 'zod';

/**
 * What an exception names: a vulnerability by any of its ids, the rule of another kind of finding, the rule of a secret,
 * a semgrep result in any of the three schemes of `wire/patchhound.md` §3, or an id of which nobody said what it is.
 */
export const exceptionTargetKinds = ['vulnerability', 'rule', 'secret', 'semgrep', 'any'] as const;

/** What is accepted. */
export const exceptionTarget = z.object({
  kind: z.enum(exceptionTargetKinds),
  id: z.string(),
  /** The alias group, where it was known when the exception was granted. */
  group: z.uuid().nullable(),
});

/**
 * Where it is accepted, from wide to narrow. The fields that the kind does not need are null, or narrow it further: a
 * component in one repository, an image of one repository. `host` and `host-group` are for rules of benchmarks.
 */
export const exceptionScope = z.object({
  kind: z.enum(['tenant', 'repository', 'image', 'component', 'host', 'host-group']),
  provider: z.string().nullable(),
  org: z.string().nullable(),
  repo: z.string().nullable(),
  /** Without tag and digest: exceptions are carried forward to new versions. */
  image: z.string().nullable(),
  /** Without a version it means every version. */
  purl: z.string().nullable(),
  /** The one build that a VEX statement names, by digest (`sha256:…`) or tag; absent is every build. */
  imageVersion: z.string().nullable().optional(),
  /** Waivers of benchmark rules: the host, by our id or any that it is known by, or the group of hosts. */
  host: z.string().nullable().optional(),
  hostGroup: z.string().nullable().optional(),
});

/** Who says so: somebody by hand, a repository's exclusion file, the exclusions of one CI run, or a VEX document. */
export const exceptionOrigins = ['manual', 'file', 'ci', 'vex'] as const;

/** Why something is not affected, in OpenVEX's words (OpenVEX 0.2.0, Status Justifications). */
export const justifications = [
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
] as const;

/** What is said of an exception beside what, where and why. Private comments stay in case-engine. */
export const exceptionDetails = z.object({
  origin: z.enum(exceptionOrigins),
  publicComment: z.string().nullable(),
  scopeNote: z.string().nullable(),
  owner: z.string().nullable(),
  approvedBy: z.string().nullable(),
  justification: z.enum(justifications).nullable(),
});
