import cvss from 'ae-cvss-calculator';
import type { Severity } from '@assay/kernel';
import { maxCachedVectors, maxVectorLength } from '../limits.js';
import { BoundedMap } from '../vulnerabilities/bounded-map.js';

/** A CVSS vector with what follows from it. */
export interface CvssRating {
  /** Base score with what the vector says beside it (temporal, threat), 0.0 to 10.0. */
  readonly score: number;
  readonly severity: Severity;
  /** The vector as it was given, without white space around it. */
  readonly vector: string;
}

/** What is used of the calculator, whose own types say `any`. */
interface ScorableVector {
  isBaseFullyDefined(): boolean;
  calculateScores(): { readonly overall: number };
}

/** Prefixes from the newest CVSS to the oldest; version 2 vectors have none. */
const prefixes = ['CVSS:4.0/', 'CVSS:3.1/', 'CVSS:3.0/', ''] as const;

/** Ratings by vector. A rating depends on its vector alone, and reports repeat the same few thousand. */
const rated = new BoundedMap<CvssRating | 'incomplete'>(maxCachedVectors);

/**
 * The rating of one vector of CVSS 2.0, 3.0, 3.1 or 4.0 (first.org/cvss), or null if it is not a complete one. The
 * calculator needs some 100 µs for one, which was a third of the time of a report, so ratings are remembered.
 */
export function rateVector(text: string): CvssRating | null {
  const vector = text.trim();
  const known = rated.get(vector);
  if (known !== undefined) return known === 'incomplete' ? null : known;
  const rating = calculate(vector);
  rated.set(vector, rating ?? 'incomplete');
  return rating;
}

function calculate(vector: string): CvssRating | null {
  if (vector.length > maxVectorLength) return null;
  const parsed = parseVector(vector);
  if (parsed === null || !parsed.isBaseFullyDefined()) return null;
  const score = parsed.calculateScores().overall;
  return { score, severity: severityOfScore(score, vector.startsWith('CVSS:') ? 3 : 2), vector };
}

/** Of several vectors the one of the newest CVSS version, of these the worst: a newer version replaces the older one's verdict. */
export function worstRating(vectors: readonly string[]): CvssRating | null {
  const ratings = vectors.map(rateVector).filter((rating) => rating !== null);
  return ratings.toSorted((a, b) => ageOf(a.vector) - ageOf(b.vector) || b.score - a.score)[0] ?? null;
}

/**
 * Qualitative rating scale of CVSS v3.1 §5 (and of 4.0 §6, the same); for version 2 the scale of the NVD, which has no
 * `critical`. A score of 0 means no impact: `unknown`, as there is no word for it among our severities.
 */
export function severityOfScore(score: number, majorVersion: 2 | 3 | 4 = 3): Severity {
  if (score >= 9 && majorVersion > 2) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'unknown';
}

function parseVector(vector: string): ScorableVector | null {
  try {
    const parsed: unknown = cvss.fromVector(vector);
    return isScorable(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

function isScorable(value: unknown): value is ScorableVector {
  return typeof value === 'object' && value !== null && 'isBaseFullyDefined' in value && 'calculateScores' in value;
}

function ageOf(vector: string): number {
  return prefixes.findIndex((prefix) => vector.startsWith(prefix));
}
