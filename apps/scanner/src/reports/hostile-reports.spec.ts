import { AssayError } from '@assay/kernel';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentBytes, fixtureNames, fixtureText } from '../../test/support/fixtures.js';
import { readingOfDocument } from '../../test/support/reports.js';
import { maxDescriptionLength, maxPurlLength, maxReferenceLength, maxTitleLength } from '../limits.js';
import { findingsOfReport } from '../scanning/report-findings.js';
import type { FindingDraft } from './finding-draft.js';
import { readReport } from './read-report.js';
import { reportTools } from './report-readers.js';

/** Real reports, small enough to be read some hundred times. */
const seeds = reportTools.flatMap((tool) =>
  fixtureNames(tool)
    .map((name) => ({ tool, path: `${tool}/${name}`, text: fixtureText(`${tool}/${name}`) }))
    .filter(({ text }) => text.length < 70_000 && isJson(text)),
);

/** What stands where something else should. */
const intruders = fc.oneof(
  fc.constantFrom<unknown[]>(null, true, 0, -1.5, 1e308, '', '\u0000\ud800', [], {}, [[]], [null], { a: { b: [] } }),
  fc.constantFrom('constructor', '__proto__', 'x'.repeat(20_000), 'javascript:alert(1)', 'pkg:npm/%ZZ@', '%'),
  fc.constantFrom('{"__proto__":{"polluted":1}}', '{"toString":1}').map((text): unknown => JSON.parse(text)),
);

describe('a report with something else in some place', () => {
  it.each(seeds)('$path gives findings or is refused as invalid', async ({ tool, text }) => {
    const mutated = fc.asyncProperty(fc.nat(), intruders, fc.boolean(), async (place, intruder, mustBeRecognised) => {
      const document = mutate(JSON.parse(text), place, intruder);
      expect(await outcomeOf(tool, document, mustBeRecognised)).toBe('good');
    });
    await fc.assert(mutated, { numRuns: 60 });
  });

  it.each(reportTools)('of %s gives findings or is refused, whatever JSON it is', async (tool) => {
    const anything = fc.asyncProperty(fc.jsonValue({ maxDepth: 4 }), async (document) => {
      expect(await outcomeOf(tool, document, false)).toBe('good');
    });
    await fc.assert(anything, { numRuns: 200 });
  });

  it.each(reportTools)('of %s that ends too early is refused', async (tool) => {
    const seed = seeds.find((each) => each.tool === tool)!;
    for (const part of [0.2, 0.5, 0.9]) {
      const cut = seed.text.trimEnd().slice(0, Math.floor(seed.text.trimEnd().length * part));
      await expect(readingOfDocument(tool, cut)).rejects.toMatchObject({ kind: 'invalid' });
    }
  });
});

/** `good`, or what was wrong. */
async function outcomeOf(tool: string, document: unknown, mustBeRecognised: boolean): Promise<string> {
  const drafts: FindingDraft[] = [];
  try {
    const source = documentBytes(document, 4_096);
    const summary = await readReport({ tool, mustBeRecognised }, source, (batch) => void drafts.push(...batch));
    if (summary.target.length > maxPurlLength) return 'the target is too long';
  } catch (error) {
    if (error instanceof AssayError) return error.kind === 'invalid' ? 'good' : `${error.kind} ${error.message}`;
    return `threw ${String(error)}`;
  }
  const excess = drafts.flatMap((draft) => excessOf(draft));
  findingsOfReport(tool, drafts, new Map());
  return excess[0] ?? 'good';
}

function excessOf(draft: FindingDraft): string[] {
  const { title, description, place, target, references, location } = draft;
  const long = title.length > maxTitleLength || description.length > maxDescriptionLength;
  const far = [place, target, location?.file ?? ''].some((text) => text.length > maxPurlLength);
  const unsafe = references.some((reference) => !/^https?:/i.test(reference) || reference.length > maxReferenceLength);
  const unstorable = JSON.stringify(draft).includes('\\u0000') || !JSON.stringify(draft).isWellFormed();
  const line = location?.line ?? 1;
  return long || far || unsafe || unstorable || !Number.isInteger(line) || line < 1
    ? [JSON.stringify(draft).slice(0, 500)]
    : [];
}

/** The document with an intruder in place of its n-th value, counted round and round. */
function mutate(document: unknown, n: number, intruder: unknown): unknown {
  const places: [parent: Record<string, unknown>, name: string][] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, child] of Object.entries(value)) {
      places.push([value as Record<string, unknown>, name]);
      walk(child);
    }
  };
  walk(document);
  if (places.length === 0) return intruder;
  const [parent, name] = places[n % places.length]!;
  parent[name] = intruder;
  return document;
}

function isJson(text: string): boolean {
  try {
    return JSON.parse(text) !== undefined;
  } catch {
    return false;
  }
}
