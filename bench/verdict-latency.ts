/** Promise: from POST to verdict in 100 ms for an SBOM of 500 components, in 30 ms for a trivy report of 200 KB. */
import { createHash } from 'node:crypto';
import { bench, demand, type Reporter } from './support/bench.js';
import { originOf, sbomComponents, sbomOf500, secureCaseBody, trivyReport } from './support/documents.js';
import { spreadOf } from './support/figures.js';
import type { Answer, HttpClient } from './support/http-client.js';
import { optionsOf } from './support/options.js';
import { withPlatform } from './support/platform.js';

const options = optionsOf({ rounds: 5, documents: 40, warmup: 40 });

/** Kinds of document, each with what its every answer must say. */
interface Kind {
  readonly name: string;
  readonly aimMs: number;
  path(number: number): string;
  body(number: number): Buffer;
  check(answer: Answer, sent: Buffer): void;
}

interface Verdict {
  readonly status: string;
  readonly documents: readonly { readonly digest: string; readonly size: number }[];
  readonly result: {
    readonly verdict: string;
    readonly gate: boolean;
    readonly caseId: number | null;
    readonly components: number;
    readonly counts: Readonly<Record<string, number>>;
    readonly newInThisChange: Readonly<Record<string, number>>;
  };
}

/** The verdict of a native route. The first one of a kind is compared with what is known of the document, all others with it. */
function verdictCheck(known: (verdict: Verdict['result']) => boolean): Kind['check'] {
  let first: string | undefined;
  return ({ status, body }, sent) => {
    const answer = JSON.parse(body.toString()) as Verdict;
    demand(status === 200 && answer.status === 'done', `status ${status}`, answer);
    const digest = `sha256:${createHash('sha256').update(sent).digest('hex')}`;
    const [document] = answer.documents;
    demand(document?.digest === digest && document.size === sent.length, 'the digest of what was sent', answer);
    const { verdict, gate, caseId, components, counts, newInThisChange } = answer.result;
    demand(verdict === 'block' && gate && caseId !== null && known(answer.result), 'the verdict', answer);
    const said = JSON.stringify({ components, counts, newInThisChange });
    first ??= said;
    demand(said === first, `another verdict for the same components: ${first}`, answer);
  };
}

const findingsOf = ({ counts }: Verdict['result']): number =>
  ['critical', 'high', 'medium', 'low', 'unknown'].reduce((sum, severity) => sum + (counts[severity] ?? 0), 0);

const sbom = sbomOf500();
const report = trivyReport();
const reportRows = countedRows(report(0));

const kinds: readonly Kind[] = [
  {
    name: `SBOM, ${sbomComponents} components, CycloneDX`,
    aimMs: 100,
    path: (number) => `/api/v1/ingest/sbom?wait=60&${originOf(`shop-${number}`, number)}`,
    body: sbom,
    check: verdictCheck((result) => result.components === sbomComponents && findingsOf(result) >= 20),
  },
  {
    name: 'trivy report, native route',
    aimMs: 30,
    path: (number) => `/api/v1/ingest/reports/trivy?wait=60&${originOf(`report-${number}`, number)}`,
    body: report,
    check: verdictCheck((result) => findingsOf(result) === reportRows.all),
  },
  {
    name: 'trivy report, SecureCase dialect',
    aimMs: 30,
    path: () => '/api/v1/ingest/trivy',
    body: (number) => secureCaseBody(report(number), number),
    check: ({ status, body }) => {
      const answer = JSON.parse(body.toString()) as Record<string, unknown>;
      const { critical, high } = reportRows;
      const right = answer['critical'] === critical && answer['high'] === high && answer['gate'] === true;
      demand(status === 200 && right && answer['case_status'] === 'OPEN', `SecureCase says ${status}`, answer);
    },
  },
];

/** What a reader counts by hand: critical and high rows as SecureCase does (`wire/securecase.md`, §3.3), and rows of every kind. */
function countedRows(body: Buffer): { readonly critical: number; readonly high: number; readonly all: number } {
  interface Row {
    readonly Severity?: string;
  }
  interface Result {
    readonly Vulnerabilities?: Row[] | null;
    readonly Misconfigurations?: Row[] | null;
    readonly Secrets?: Row[] | null;
  }
  const { Results } = JSON.parse(body.toString()) as { Results: Result[] };
  const rows = Results.flatMap((result) => [...(result.Vulnerabilities ?? []), ...(result.Misconfigurations ?? [])]);
  const of = (severity: string): number => rows.filter(({ Severity }) => Severity === severity).length;
  const secrets = Results.flatMap((result) => result.Secrets ?? []);
  return { critical: of('CRITICAL'), high: of('HIGH'), all: rows.length + secrets.length };
}

async function measure(kind: Kind, client: HttpClient, say: Reporter): Promise<void> {
  let number = 0;
  const once = async (): Promise<number> => {
    const [path, body] = [kind.path(number), kind.body(number)];
    number += 1;
    const answer = await client.post(path, body);
    kind.check(answer, body);
    return answer.tookMs;
  };
  for (let document = 0; document < options.warmup; document += 1) await once();
  const all: number[] = [];
  for (let round = 1; round <= options.rounds; round += 1) {
    const measured: number[] = [];
    for (let document = 0; document < options.documents; document += 1) measured.push(await once());
    say.spread(`  round ${round}`, spreadOf(measured));
    all.push(...measured);
  }
  say.spread(`  ${kind.name}`, spreadOf(all));
  const { p50 } = spreadOf(all);
  say.promise({ what: `${kind.name}, POST to verdict, p50`, measured: p50, unit: 'ms', aim: { atMost: kind.aimMs } });
}

await bench('Verdict latency', (say) =>
  withPlatform(say, options, async (platform) => {
    const client = platform.client(1);
    say.fact('connections', 1);
    say.fact('subjects', 'a pull request of its own for every document');
    say.fact('rounds', `${options.rounds} of ${options.documents}, after ${options.warmup} to warm up`);
    for (const kind of kinds) {
      say.say('');
      say.fact(kind.name, `${(kind.body(0).length / 1000).toFixed(1)} KB`);
      await measure(kind, client, say);
    }
  }),
);
