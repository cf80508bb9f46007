import type { ScanHead } from '../benchmark.js';
import { refuse } from '../benchmarks.errors.js';
import { type Instant, instantOf } from '../instant.js';
import { maxResultsPerScan } from '../limits.js';
import { Notes } from '../notes.js';
import { outweighs } from '../rule-status.js';
import { addStatus, noRules, patchMonScore, rounded } from '../score.js';
import { lineOf } from '../text.js';
import type { XmlElement } from '../xml/xml-parser.js';
import { RuleTable } from './rule-table.js';
import type { ResultDraft } from './xccdf-drafts.js';

/** The scoring model that XCCDF 1.2 §7.3.1 requires of every tool. */
const defaultScoring = 'urn:xccdf:scoring:default';

/** Facts and addresses of one target that are kept. */
const maxFacts = 100;

/** A `TestResult` while it is read: one run of one profile against one target. */
export class TestResultDraft {
  readonly rules = new RuleTable();
  readonly #counts = noRules();
  readonly #notes = new Notes();
  readonly #facts = new Map<string, string>();
  readonly #addresses = new Set<string>();
  readonly #scores: { readonly system: string; readonly score: number }[] = [];
  readonly #start: Instant | null;
  readonly #end: Instant | null;
  readonly platforms: string[] = [];
  /** Values that this run was made with, by id. */
  readonly chosen = new Map<string, string>();
  #benchmark: string | null = null;
  #profile: string | null = null;
  #target: string | null = null;

  constructor(element: XmlElement) {
    this.#start = this.#timeOf(element, 'start-time');
    this.#end = this.#timeOf(element, 'end-time');
    this.scanner = element.attribute('test-system');
  }

  /** The CPE of the scanner, or what its facts say. */
  scanner: string | undefined;

  /** The target's name: what the document calls it, else what it found the host to be called. */
  get hostname(): string | null {
    return this.#target ?? this.factNamed('fqdn') ?? this.factNamed('host_name') ?? null;
  }

  get addresses(): string[] {
    return [...this.#addresses];
  }

  /** The fact whose urn ends with this name: the names of SCAP's versions differ before it. */
  factNamed(name: string): string | undefined {
    return this.#facts.get(name);
  }

  fact(element: XmlElement, words: string): void {
    const text = lineOf(words);
    const idref = lineOf(element.attribute('idref'));
    switch (element.name) {
      case 'benchmark':
        this.#benchmark = lineOf(element.attribute('id'));
        break;
      case 'profile':
        this.#profile = idref;
        break;
      case 'target':
        this.#target ??= text;
        break;
      case 'target-address':
        if (text !== null && this.#addresses.size < maxFacts) this.#addresses.add(text);
        break;
      case 'platform':
        if (idref !== null && this.platforms.length < maxFacts) this.platforms.push(idref);
        break;
      case 'fact':
        this.#keepFact(element.attribute('name') ?? '', text);
        break;
      case 'score':
        this.#keepScore(element, words);
        break;
    }
  }

  /** @throws AssayError `benchmarks.too-many-results` */
  result(result: ResultDraft): void {
    const { ruleRef, status } = result;
    if (ruleRef === '') return this.#notes.add('Results without a rule were left out.');
    if (!result.isKnownStatus) {
      this.#notes.add(`The result ${JSON.stringify(result.word.slice(0, 40))} is none; it was taken as error.`);
    }
    const earlier = this.rules.statusOf(ruleRef);
    if (earlier !== undefined) {
      if (!outweighs(status, earlier)) return;
      addStatus(this.#counts, earlier, -1);
    } else if (this.#counts.total === maxResultsPerScan) {
      throw refuse('benchmarks.too-many-results', `A scan has results of at most ${maxResultsPerScan} rules.`);
    }
    addStatus(this.#counts, status, 1);
    this.rules.set(ruleRef, status);
  }

  toHead(profileTitles: ReadonlyMap<string, string>): ScanHead {
    const counts = this.#counts;
    const score = patchMonScore(counts);
    if (score === null && counts.total > 0) {
      this.#notes.add('No rule was evaluated: the content may be made for another platform.');
    }
    return {
      profileName: this.#profile ?? this.#benchmark ?? 'default',
      profileTitle: (this.#profile === null ? undefined : profileTitles.get(this.#profile)) ?? null,
      profileType: 'openscap',
      status: 'completed',
      startedAt: this.#start?.at ?? null,
      completedAt: this.#end?.at ?? null,
      error: null,
      targetName: this.hostname,
      counts,
      resultCount: counts.total,
      score,
      xccdfScore: (this.#scores.find(({ system }) => system === defaultScoring) ?? this.#scores[0])?.score ?? null,
      claimed: null,
      notes: this.#notes.list(),
    };
  }

  #keepFact(urn: string, text: string | null): void {
    if (text === null || this.#facts.size >= maxFacts) return;
    const name = urn.slice(urn.lastIndexOf(':') + 1);
    if (urn.endsWith('scanner:version')) this.scanner ??= text;
    else if (!urn.includes('scanner')) this.#facts.set(name, text);
  }

  /** A score in hundredths of its maximum, which is 100 where none is given (XCCDF 1.2 §6.6.4.3). */
  #keepScore(element: XmlElement, words: string): void {
    const value = Number(words);
    const maximum = Number(element.attribute('maximum') ?? '100');
    const score = (value / maximum) * 100;
    if (words.trim() === '' || !(score >= 0 && score <= 100))
      return this.#notes.add('A score is no number up to its maximum.');
    this.#scores.push({ system: element.attribute('system') ?? defaultScoring, score: rounded(score) });
  }

  #timeOf(element: XmlElement, name: string): Instant | null {
    const text = element.attribute(name);
    if (text === undefined) return null;
    const instant = instantOf(text);
    if (instant === null) this.#notes.add(`${name} is no time.`);
    else if (!instant.hasOffset) this.#notes.add(`${name} has no offset; it was taken as UTC.`);
    return instant;
  }
}
