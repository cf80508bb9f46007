import type { RuleStatus } from '@assay/contracts';
import { stripVTControlCharacters } from 'node:util';
import { refuse } from '../benchmarks.errors.js';
import { RuleCollector } from '../rule-collector.js';
import { statusOf } from '../rule-status.js';
import { lineOf } from '../text.js';
import { readWhole, type WholeDocument } from '../whole-document.js';
import { dockerBenchDocument, ruleOf } from './docker-bench.js';

/** `[WARN] 1.1 - Ensure …`; community checks are `c.1`. */
const checkLine = /^\[(PASS|WARN|INFO|NOTE)\]\s+(\d+(?:\.\d+)+|c(?:\.\d+)+)\s*-\s*(.*)$/i;
/** `[INFO] 1 - Host Configuration`, and what stands around the checks. */
const otherLine = /^(?:\[(?:PASS|WARN|INFO|NOTE)\]\s+(?:\d+|c)\s*-|Section\s|#|\[INFO\]\s+(?:Checks|Score):)/i;
/** `     * Public image found`, with or without the level before it. */
const detailLine = /^(?:\[(?:PASS|WARN|INFO|NOTE)\])?\s*\*\s*(.*)$/i;
const remediationWord = /^Remediation:\s*/i;
/** Said once for each check, and nothing that anybody should do. */
const impactWord = /^Remediation Impact:\s*/i;
const title = /Docker Bench for Security v?(\d[\w.-]*)/i;

interface Check {
  readonly id: string;
  readonly title: string;
  readonly status: RuleStatus;
  readonly findings: string[];
  readonly remediation: string[];
}

/**
 * What docker-bench prints (`wire/patchmon.md` §7.2): checks, below each lines with `*` that are its findings, and those after
 * `* Remediation:` what to do. Colours are ignored. @throws AssayError `documents.too-large`, `benchmarks.unknown-form`
 */
export async function readDockerBenchText(source: AsyncIterable<Uint8Array>): Promise<WholeDocument> {
  const text = stripVTControlCharacters(await readWhole(source));
  const collected = new RuleCollector();
  for (const check of checksIn(text)) {
    collected.add(
      ...ruleOf({
        id: check.id.toLowerCase(),
        title: check.title,
        status: check.status,
        section: null,
        finding: check.findings.join('; '),
        remediation: check.remediation.join(' '),
      }),
    );
  }
  if (collected.results.length === 0) {
    throw refuse('benchmarks.unknown-form', 'The text has no check as docker-bench prints it: "[PASS] 1.1 - …".');
  }
  const version = lineOf(title.exec(text)?.[1]);
  const run = {
    form: 'docker-bench-text',
    version,
    startedAt: null,
    completedAt: null,
    claimed: {},
    notes: [],
  } as const;
  return dockerBenchDocument(run, collected);
}

function* checksIn(text: string): Generator<Check> {
  let check: Check | undefined;
  let continued: string[] | undefined;
  for (const line of text.split(/\r?\n/)) {
    const [, level, id, words] = checkLine.exec(line.trim()) ?? [];
    if (id !== undefined) {
      if (check !== undefined) yield check;
      check = { id, title: words!, status: statusOf(level, 'docker-bench')!, findings: [], remediation: [] };
      continued = undefined;
    } else if (check !== undefined) {
      continued = continueCheck(check, line.trim(), continued);
    }
  }
  if (check !== undefined) yield check;
}

/** Takes a line below a check. Gives the list that the next line belongs to if it has no `*`. */
function continueCheck(check: Check, line: string, continued: string[] | undefined): string[] | undefined {
  if (line === '' || otherLine.test(line)) return undefined;
  const detail = detailLine.exec(line)?.[1];
  if (detail === undefined) {
    continued?.push(line);
    return continued;
  }
  if (impactWord.test(detail)) return undefined;
  if (!remediationWord.test(detail)) {
    check.findings.push(detail);
    return undefined;
  }
  check.remediation.push(detail.replace(remediationWord, ''));
  return check.remediation;
}
