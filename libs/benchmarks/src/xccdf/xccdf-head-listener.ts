import type { BenchmarkHead, OsInfo } from '../benchmark.js';
import { refuse } from '../benchmarks.errors.js';
import { maxRememberedLength, maxRememberedNames, maxScansPerDocument, maxValueLength } from '../limits.js';
import type { FirstPass } from '../first-pass.js';
import { lineOf, textOf } from '../text.js';
import type { XmlElement } from '../xml/xml-parser.js';
import { osInfoOfCpe } from './os-of-cpe.js';
import { TestResultDraft } from './test-result-draft.js';
import type { ResultDraft } from './xccdf-drafts.js';
import type { XccdfListener } from './xccdf-walker.js';

/** Roots of what we read: results alone, with their benchmark, or in an asset report collection. */
const roots: Readonly<Record<string, BenchmarkHead['form']>> = {
  'http://checklists.nist.gov/xccdf/1.2 TestResult': 'xccdf',
  'http://checklists.nist.gov/xccdf/1.2 Benchmark': 'xccdf',
  'http://checklists.nist.gov/xccdf/1.1 TestResult': 'xccdf',
  'http://checklists.nist.gov/xccdf/1.1 Benchmark': 'xccdf',
  'http://scap.nist.gov/schema/asset-reporting-format/1.1 asset-report-collection': 'arf',
};

/** Collects what a document says of its scans. */
export class XccdfHeadListener implements XccdfListener {
  readonly readsRules = false;
  readonly #values = new Map<string, string>();
  readonly #profileTitles = new Map<string, string>();
  readonly #scans: TestResultDraft[] = [];
  #names = 0;
  #length = 0;

  constructor(private form: BenchmarkHead['form']) {}

  root({ namespace, name }: XmlElement): void {
    const form = roots[`${namespace} ${name}`];
    if (form === undefined) {
      const shown = lineOf(name) ?? '';
      throw refuse(
        'benchmarks.unknown-form',
        `The document's <${shown}> is neither XCCDF results nor an asset report.`,
      );
    }
    this.form = form;
  }

  valueOf(): undefined {
    return undefined;
  }

  value(id: string, text: string): void {
    this.#remember(this.#values, id, text.slice(0, maxValueLength));
  }

  profile(id: string, title: string): void {
    const known = lineOf(title);
    if (known !== null && !this.#profileTitles.has(id)) this.#remember(this.#profileTitles, id, known);
  }

  rule(): void {}

  testResult(element: XmlElement): void {
    if (this.#scans.length === maxScansPerDocument) {
      throw refuse('benchmarks.too-many-scans', `A document has at most ${maxScansPerDocument} test results.`);
    }
    this.#scans.push(new TestResultDraft(element));
  }

  fact(element: XmlElement, text: string): void {
    const scan = this.#scans.at(-1);
    if (scan === undefined) return;
    if (element.name !== 'set-value') scan.fact(element, text);
    else this.#remember(scan.chosen, element.attribute('idref') ?? '', text.slice(0, maxValueLength));
  }

  result(result: ResultDraft): void {
    this.#scans.at(-1)?.result(result);
  }

  /** @throws AssayError `benchmarks.no-scan`, `benchmarks.several-hosts` */
  toFirstPass(): FirstPass {
    const [first] = this.#scans;
    if (first === undefined) {
      const message = 'The document has no TestResult: it is the content of a benchmark, not what came of it.';
      throw refuse('benchmarks.no-scan', message);
    }
    const targets = new Set(this.#scans.map(({ hostname }) => hostname));
    if (targets.size > 1) {
      throw refuse('benchmarks.several-hosts', 'The document has results of several hosts; send one for each.');
    }
    const scans = this.#scans.map((scan) => scan.toHead(this.#profileTitles));
    const head: BenchmarkHead = {
      form: this.form,
      host: {
        hostname: first.hostname,
        machineId: lineOf(first.factNamed('machine_id') ?? first.factNamed('machine-id')),
        agentVersion: null,
        addresses: first.addresses,
      },
      osInfo: this.#osInfo(first),
      scannerInfo: {
        openscapAvailable: null,
        openscapVersion: textOf(first.scanner),
        dockerBenchAvailable: null,
        oscapDockerAvailable: null,
        availableProfiles: [],
      },
      scanType: null,
      complianceHash: null,
      scans,
      notes: [],
    };
    return {
      head,
      indexes: this.#scans.map(({ rules, chosen }) => ({ rules: rules.data, chosen, values: this.#values })),
    };
  }

  /** Keeps a text, unless the document has used up its room for them. */
  #remember(texts: Map<string, string>, id: string, text: string): void {
    this.#names += 1;
    this.#length += id.length + text.length;
    if (this.#names <= maxRememberedNames && this.#length <= maxRememberedLength) texts.set(id, text);
  }

  #osInfo({ platforms }: TestResultDraft): OsInfo | null {
    return platforms.map(osInfoOfCpe).find((info) => info !== null) ?? null;
  }
}
