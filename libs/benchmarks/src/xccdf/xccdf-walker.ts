import type { XmlElement, XmlListener } from '../xml/xml-parser.js';
import { Prose } from './prose.js';
import { type DraftFix, RuleDraft, ResultDraft } from './xccdf-drafts.js';

const xccdfNamespaces = new Set(['http://checklists.nist.gov/xccdf/1.2', 'http://checklists.nist.gov/xccdf/1.1']);

/** What a reader wants to hear of an XCCDF document, in the order of the document. */
export interface XccdfListener {
  /** False spares the reading of rules' texts. */
  readonly readsRules: boolean;
  /** The outermost element. */
  root(element: XmlElement): void;
  /** The value that stands for `sub` elements with this id. */
  valueOf(id: string): string | undefined;
  value(id: string, text: string): void;
  profile(id: string, title: string): void;
  rule(rule: RuleDraft): void;
  testResult(element: XmlElement): void;
  /** An element of the current test result that holds one text: `target`, `fact`, `score` and so on. */
  fact(element: XmlElement, text: string): void;
  result(result: ResultDraft): void;
}

/** A text that is being collected. */
interface Collected {
  readonly prose: Prose;
  /** Open elements when it began, itself included. */
  readonly depth: number;
  readonly done: (text: string) => void;
}

/** What of a test result holds one text or an attribute that matters. */
const factNames = new Set([
  'benchmark',
  'profile',
  'target',
  'target-address',
  'fact',
  'platform',
  'set-value',
  'score',
]);

/**
 * Follows XCCDF 1.1 and 1.2 (NIST SP 800-126, IR 7275r4) wherever it stands, alone or inside of an asset report collection, and
 * tells of rules, results and what is said about them. Everything else passes without a trace.
 */
export class XccdfWalker implements XmlListener {
  /** Names of the open elements; empty for those that are not XCCDF's. */
  readonly #path: string[] = [];
  /** Local names of the open elements inside of a collected text. */
  readonly #inside: string[] = [];
  readonly #groupTitles: string[] = [];
  #collected: Collected | undefined;
  #rule: RuleDraft | undefined;
  #result: ResultDraft | undefined;

  constructor(private readonly listener: XccdfListener) {}

  opened(element: XmlElement): void {
    const isXccdf = xccdfNamespaces.has(element.namespace);
    if (this.#path.length === 0) this.listener.root(element);
    const parent = this.#path.at(-1) ?? '';
    this.#path.push(isXccdf ? element.name : '');
    if (this.#collected !== undefined) this.#openedInside(this.#collected, element, isXccdf);
    else if (isXccdf) this.#openedOutside(element, parent);
  }

  text(text: string): void {
    this.#collected?.prose.add(text);
  }

  closed(): void {
    const name = this.#path.pop()!;
    const { length } = this.#path;
    if (this.#collected !== undefined) {
      if (this.#collected.depth > length) this.#endText(this.#collected);
      else this.#collected.prose.closed(this.#inside.pop()!);
    } else if (name === 'Group') this.#groupTitles.pop();
    else if (name === 'Rule') this.#endRule();
    else if (name === 'rule-result') this.#endResult();
  }

  #openedInside({ prose }: Collected, element: XmlElement, isXccdf: boolean): void {
    this.#inside.push(element.name);
    const id = isXccdf && element.name === 'sub' ? element.attribute('idref') : undefined;
    if (id !== undefined) prose.add(this.listener.valueOf(id) ?? `(${id})`);
    prose.opened(element.name);
  }

  #openedOutside(element: XmlElement, parent: string): void {
    if (this.#rule !== undefined && parent === 'Rule') return this.#openedInRule(element, this.#rule);
    if (this.#result !== undefined) return this.#openedInResult(element, parent, this.#result);
    switch (element.name) {
      case 'Group':
        this.#groupTitles.push('');
        break;
      case 'Rule':
        if (this.listener.readsRules) this.#rule = RuleDraft.begin(element, this.#groupTitles);
        break;
      case 'TestResult':
        this.listener.testResult(element);
        break;
      case 'rule-result':
        if (parent === 'TestResult') this.#result = ResultDraft.begin(element);
        break;
      default:
        this.#openedDetail(element, parent);
    }
  }

  #openedDetail(element: XmlElement, parent: string): void {
    const { name } = element;
    if (name === 'title' && parent === 'Group') {
      this.#collect((title) => this.#groupTitles.splice(-1, 1, title));
    } else if (name === 'title' && parent === 'Profile') {
      const id = this.#idOfParent;
      this.#collect((title) => this.listener.profile(id, title));
    } else if (name === 'value' && parent === 'Value' && element.attribute('selector') === undefined) {
      const id = this.#idOfParent;
      this.#collect((text) => this.listener.value(id, text));
    } else if (name === 'Profile' || name === 'Value') {
      this.#idOfParent = element.attribute('id') ?? '';
    } else if ((parent === 'TestResult' || parent === 'target-facts') && factNames.has(name)) {
      this.#collect((text) => this.listener.fact(element, text));
    }
  }

  /** Of the open `Profile` or `Value`, which do not nest. */
  #idOfParent = '';

  #openedInRule(element: XmlElement, rule: RuleDraft): void {
    const { name } = element;
    if (name === 'title' || name === 'description' || name === 'rationale' || name === 'fixtext') {
      this.#collect((text) => rule.say(name, text));
    } else if (name === 'reference') {
      const system = element.attribute('href') ?? '';
      this.#collect((text) => rule.refer('reference', system, text));
    } else if (name === 'ident') {
      const system = element.attribute('system') ?? '';
      this.#collect((text) => rule.refer('ident', system, text));
    } else if (name === 'fix') {
      this.#collectFix(element, (fix) => rule.fix(fix));
    }
  }

  #openedInResult(element: XmlElement, parent: string, result: ResultDraft): void {
    const { name } = element;
    if (name === 'check-import' && parent === 'check') this.#collect((text) => result.checked(text));
    if (parent !== 'rule-result') return;
    if (name === 'result') this.#collect((word) => result.came(word));
    else if (name === 'message') this.#collect((text) => result.said(text));
    else if (name === 'instance') this.#collect((text) => result.of(text));
    else if (name === 'fix') this.#collectFix(element, (fix) => result.fix(fix));
  }

  #collectFix(element: XmlElement, done: (fix: DraftFix) => void): void {
    const system = element.attribute('system') ?? '';
    this.#collect((text) => done({ system, text }), true);
  }

  #collect(done: (text: string) => void, isScript = false): void {
    this.#collected = { prose: new Prose(isScript), depth: this.#path.length, done };
  }

  #endText({ prose, done }: Collected): void {
    this.#collected = undefined;
    done(prose.toString());
  }

  #endRule(): void {
    if (this.#rule !== undefined) this.listener.rule(this.#rule);
    this.#rule = undefined;
  }

  #endResult(): void {
    if (this.#result !== undefined) this.listener.result(this.#result);
    this.#result = undefined;
  }
}
