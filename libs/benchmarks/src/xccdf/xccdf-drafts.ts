import type { RuleStatus } from '@assay/contracts';
import type { RuleReference, RuleResult, RuleText } from '../benchmark.js';
import { maxReferencesPerRule, maxTextLength } from '../limits.js';
import { severityOf, statusOf } from '../rule-status.js';
import { lineOf, ruleRefOf, textOf } from '../text.js';
import type { XmlElement } from '../xml/xml-parser.js';

/** A fix and the system that it is for (`urn:xccdf:fix:script:sh`). */
export interface DraftFix {
  readonly system: string;
  readonly text: string;
}

const shell = 'urn:xccdf:fix:script:sh';

/** The better of two fixes: a shell's before any other, the first of each, an empty one never. */
function better(one: DraftFix | undefined, other: DraftFix): DraftFix | undefined {
  if (other.text === '') return one;
  if (one === undefined) return other;
  return one.system !== shell && other.system === shell ? other : one;
}

/** A rule of a benchmark while it is read. */
export class RuleDraft {
  readonly #texts: { title?: string; description?: string; rationale?: string; fixtext?: string } = {};
  readonly #references: RuleReference[] = [];
  #fix: DraftFix | undefined;

  private constructor(
    readonly ruleRef: string,
    private readonly severity: string | undefined,
    private readonly section: string,
  ) {}

  static begin(element: XmlElement, groupTitles: readonly string[]): RuleDraft {
    const section = groupTitles.filter((title) => title !== '').join(' / ');
    return new RuleDraft(ruleRefOf(element.attribute('id')) ?? '', element.attribute('severity'), section);
  }

  /** Takes a text; of several, in several languages, the first that says something. */
  say(what: 'title' | 'description' | 'rationale' | 'fixtext', text: string): void {
    this.#texts[what] ||= text;
  }

  refer(kind: RuleReference['kind'], system: string, text: string): void {
    const known = lineOf(text);
    if (known === null || this.#references.length >= maxReferencesPerRule) return;
    this.#references.push({ kind, system: lineOf(system) ?? '', text: known });
  }

  fix(fix: DraftFix): void {
    this.#fix = better(this.#fix, fix);
  }

  toRule(): RuleText {
    const { title, description, rationale, fixtext } = this.#texts;
    return {
      ruleRef: this.ruleRef,
      title: lineOf(title) ?? this.ruleRef,
      severity: severityOf(this.severity),
      section: lineOf(this.section),
      description: textOf(description),
      rationale: textOf(rationale),
      remediation: textOf(this.#fix?.text) ?? textOf(fixtext),
      references: this.#references,
    };
  }
}

/** A result of a rule while it is read. A rule that was checked once for each of several things has several. */
export class ResultDraft {
  readonly #messages: string[] = [];
  readonly #instances: string[] = [];
  #length = 0;
  #fix: DraftFix | undefined;
  #output = '';
  #word = '';

  private constructor(
    readonly ruleRef: string,
    private readonly severity: string | undefined,
  ) {}

  static begin(element: XmlElement): ResultDraft {
    return new ResultDraft(ruleRefOf(element.attribute('idref')) ?? '', element.attribute('severity'));
  }

  came(word: string): void {
    this.#word = word;
  }

  said(message: string): void {
    this.#push(this.#messages, message);
  }

  /** What the rule was checked for: a file, a database, a user. */
  of(instance: string): void {
    this.#push(this.#instances, instance);
  }

  /** What the check itself wrote. */
  checked(output: string): void {
    this.#output ||= output;
  }

  fix(fix: DraftFix): void {
    this.#fix = better(this.#fix, fix);
  }

  /** The word of the document; empty if there is none. */
  get word(): string {
    return this.#word;
  }

  get status(): RuleStatus {
    return statusOf(this.#word, 'xccdf') ?? 'error';
  }

  get isKnownStatus(): boolean {
    return statusOf(this.#word, 'xccdf') !== undefined;
  }

  toResult(): RuleResult {
    const said = this.#messages.length > 0 ? this.#messages.join('\n') : this.#output;
    const finding = [...this.#instances, said].filter((text) => text !== '').join(': ');
    return {
      ruleRef: this.ruleRef,
      status: this.status,
      severity: severityOf(this.severity),
      finding: textOf(finding),
      actual: null,
      expected: null,
      remediation: textOf(this.#fix?.text),
    };
  }

  #push(list: string[], text: string): void {
    if (text === '' || this.#length > maxTextLength) return;
    this.#length += text.length + 1;
    list.push(text);
  }
}
