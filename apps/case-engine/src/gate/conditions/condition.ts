import type { Finding } from '@assay/contracts';
import type { z } from 'zod';

/** A finding that counts, as the gate looks at it. */
export interface Candidate {
  readonly finding: Finding;
  /** Not in the baseline; everything is new where there is none. */
  readonly isNew: boolean;
}

/**
 * What a condition says of a finding. `blocks`: it stops the change, unless a condition `spares` it. `always`: it stops the
 * change whatever the others say. Null: nothing.
 */
export type Opinion = 'always' | 'blocks' | 'spares' | null;

/** One condition of the gate: a field of the policy and what it means. */
export interface GateCondition<Setting = unknown> {
  /** The policy's field. */
  readonly name: string;
  /** What may stand there; its default is that of the native policy. */
  readonly setting: z.ZodType<Setting>;
  weigh(setting: Setting, candidate: Candidate): Opinion;
  /** Why these findings block, in sentences. Only for conditions that block. */
  explain?(findings: readonly Candidate[]): string[];
}

/** Declares a condition; the list takes them without their types, and the policy's schema brings the settings back. */
export function condition<Setting>(declared: GateCondition<Setting>): GateCondition {
  return {
    ...declared,
    weigh: (setting, candidate) => declared.weigh(setting as Setting, candidate),
  };
}

/** `1 finding is`, `2 findings are`. */
export function counted(count: number, noun: string): string {
  return count === 1 ? `1 ${noun} is` : `${count} ${noun}s are`;
}
