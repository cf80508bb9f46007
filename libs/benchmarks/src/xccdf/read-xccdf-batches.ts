import type { BenchmarkBatch, RuleResult, RuleText } from '../benchmark.js';
import { batchSize } from '../limits.js';
import { XmlParser } from '../xml/xml-parser.js';
import { RuleTable } from './rule-table.js';
import type { RuleDraft, ResultDraft } from './xccdf-drafts.js';
import type { XccdfIndex } from './xccdf-index.js';
import { type XccdfListener, XccdfWalker } from './xccdf-walker.js';

/** Texts and results of the scan with this number, as the document has them; texts only of rules that have a result. */
export async function* readXccdfBatches(
  source: AsyncIterable<Uint8Array>,
  index: XccdfIndex,
  scan: number,
): AsyncGenerator<BenchmarkBatch> {
  const listener = new BatchListener(index, scan);
  const parser = new XmlParser(new XccdfWalker(listener));
  for await (const chunk of source) {
    parser.write(chunk);
    if (listener.size >= batchSize) yield listener.take();
  }
  parser.end();
  if (listener.size > 0) yield listener.take();
}

class BatchListener implements XccdfListener {
  readonly readsRules = true;
  readonly #rules: RuleTable;
  #texts: RuleText[] = [];
  #results: RuleResult[] = [];
  #scan = -1;

  constructor(
    private readonly index: XccdfIndex,
    private readonly scan: number,
  ) {
    this.#rules = new RuleTable(index.rules);
  }

  get size(): number {
    return this.#texts.length + this.#results.length;
  }

  take(): BenchmarkBatch {
    const batch = { rules: this.#texts, results: this.#results };
    this.#texts = [];
    this.#results = [];
    return batch;
  }

  valueOf(id: string): string | undefined {
    return this.index.chosen.get(id) ?? this.index.values.get(id);
  }

  rule(rule: RuleDraft): void {
    if (this.#rules.takeText(rule.ruleRef)) this.#texts.push(rule.toRule());
  }

  testResult(): void {
    this.#scan++;
  }

  result(result: ResultDraft): void {
    if (this.#scan !== this.scan || !this.#rules.takeResult(result.ruleRef, result.status)) return;
    this.#results.push(result.toResult());
  }

  root(): void {}

  value(): void {}

  profile(): void {}

  fact(): void {}
}
