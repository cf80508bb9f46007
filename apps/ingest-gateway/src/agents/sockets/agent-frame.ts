import { limits } from '../../limits.js';

/** What an agent says of its work (`wire/patchmon.md` §5.2), made fit to be kept and shown. */
export interface ProgressFrame {
  readonly phase: string;
  readonly profileName: string | null;
  readonly message: string | null;
  /** 0 to 100. */
  readonly progress: number | null;
  readonly error: string | null;
}

const progressType = 'compliance_scan_progress';
/** Control characters, and those that turn text around or hide it: what hosts send is shown to people. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** The progress that a frame tells of; null for frames of other kinds and for what is no frame. Never throws. */
export function readProgressFrame(text: string): ProgressFrame | null {
  const frame = parsed(text);
  if (frame?.['type'] !== progressType) return null;
  const phase = cleanText(frame['phase'], limits.progressPhaseLength);
  if (phase === null) return null;
  return {
    phase,
    profileName: cleanText(frame['profile_name'], limits.progressNameLength),
    message: cleanText(frame['message'], limits.progressTextLength),
    progress: share(frame['progress']),
    error: cleanText(frame['error'], limits.progressTextLength),
  };
}

/** One line of whole characters, at most so many UTF-16 units; null for an empty text and for what is none. */
export function cleanText(value: unknown, maxLength: number): string | null {
  if (typeof value !== 'string') return null;
  // Twice the length is enough to find that much between characters that go, and bounds what is looked at.
  const text = value
    .slice(0, maxLength * 2)
    .toWellFormed()
    .replaceAll(unprintable, ' ')
    .trim()
    .slice(0, maxLength);
  const whole = text.isWellFormed() ? text : text.slice(0, -1);
  return whole === '' ? null : whole;
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function share(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? Math.min(100, Math.max(0, value)) : null;
}
