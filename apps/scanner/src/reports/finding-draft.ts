import type { Severity } from '@assay/kernel';
import type { FindingKind } from '../matching/finding-key.js';

/** The component that a finding is about. */
export interface DraftComponent {
  /** Null where the tool gives none, or one that can't be parsed. */
  readonly purl: string | null;
  readonly name: string;
  readonly version: string;
  /** As the tool writes it; may name several, one per release line. Null if there is none. */
  readonly fixedVersion: string | null;
}

/** Where in a file something was found; `line` counts from 1. */
export interface DraftLocation {
  readonly file: string;
  readonly line: number | null;
}

/** One finding of one report, before alias groups, KEV and EPSS are known. */
export interface FindingDraft {
  readonly kind: FindingKind;
  /** The vulnerability's id as the tool gives it; null for other kinds. */
  readonly vulnerabilityId: string | null;
  /** The rule's id; null for vulnerabilities. */
  readonly ruleId: string | null;
  /** Further ids of the same flaw or rule. */
  readonly aliases: readonly string[];
  readonly severity: Severity;
  readonly score: number | null;
  readonly vector: string | null;
  readonly title: string;
  readonly component: DraftComponent | null;
  /** What the tool looked at, for people to read: a file, an image, a resource. */
  readonly target: string;
  /**
   * Where it is, for `findingKey`: free of what changes with each build, such as an image's tag or a line number. What has
   * the same rule in the same place at several lines is told apart by `findingsOfReport`.
   */
  readonly place: string;
  /** In the tool's words, empty if it has none. Of a secret never the secret. */
  readonly description: string;
  readonly remediation: string;
  readonly references: readonly string[];
  readonly location: DraftLocation | null;
  /** The tool's own mark of this occurrence. */
  readonly fingerprint: string | null;
  /** Who said so, where a report speaks for other tools (SARIF); null for the tool of the report. */
  readonly engine: string | null;
}

/** A draft that says nothing yet. */
export const emptyDraft: Omit<FindingDraft, 'kind' | 'place'> = {
  vulnerabilityId: null,
  ruleId: null,
  aliases: [],
  severity: 'unknown',
  score: null,
  vector: null,
  title: '',
  component: null,
  target: '',
  description: '',
  remediation: '',
  references: [],
  location: null,
  fingerprint: null,
  engine: null,
};
