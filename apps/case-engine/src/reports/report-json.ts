import { limits } from '../limits.js';
import type { RepositoryReport } from './repository/repository-report.js';
import type { RunReport } from './run-report.js';

/**
 * A report as JSON, piece by piece: the lists are the most of it, so none of them becomes one text. Members stand in the order
 * of the model, lists in theirs: the same report gives the same bytes.
 */
export function* reportJson(report: RunReport | RepositoryReport): Generator<string> {
  let before = '{';
  for (const [name, value] of Object.entries(report)) {
    yield `${before}${JSON.stringify(name)}:`;
    if (Array.isArray(value)) yield* listJson(value);
    else yield JSON.stringify(value);
    before = ',';
  }
  yield '}';
}

function* listJson(list: readonly unknown[]): Generator<string> {
  yield '[';
  for (let at = 0; at < list.length; at += limits.reportRowsAtOnce) {
    const some = list.slice(at, at + limits.reportRowsAtOnce).map((each) => JSON.stringify(each));
    yield (at === 0 ? '' : ',') + some.join(',');
  }
  yield ']';
}
