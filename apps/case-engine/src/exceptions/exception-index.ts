import { byWidth, covers, type Covered, type Exception, namesOf, type Place } from './exception.js';

/** Exceptions by what they name, so that judging many findings by many exceptions costs the sum and not the product. */
export class ExceptionIndex {
  private readonly byName = new Map<string, Exception[]>();

  constructor(exceptions: readonly Exception[]) {
    for (const exception of exceptions.toSorted(byWidth)) {
      const { id, group } = exception.what;
      for (const name of group === null ? [id] : [id, group]) {
        const known = this.byName.get(name);
        if (known === undefined) this.byName.set(name, [exception]);
        else known.push(exception);
      }
    }
  }

  /** The narrowest exception that covers the finding at `now`; null if none does. */
  covering(finding: Covered, place: Place, now: Date): Exception | null {
    if (this.byName.size === 0) return null;
    const names = finding.group === null ? namesOf(finding) : [...namesOf(finding), finding.group];
    const found = names
      .flatMap((name) => this.byName.get(name) ?? [])
      .filter((each) => covers(each, finding, place, now));
    return found.length > 1 ? found.toSorted(byWidth)[0]! : (found[0] ?? null);
  }
}
