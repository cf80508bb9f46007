/** Conditions of one query, put together from constant texts; values only ever become parameters. */
export class SqlConditions {
  readonly #texts: string[] = [];
  readonly parameters: unknown[] = [];

  /** Adds a value and gives its place, `$3`. */
  parameter(value: unknown): string {
    this.parameters.push(value);
    return `$${this.parameters.length}`;
  }

  /** Adds a condition; the values come as places. */
  add(condition: (...places: string[]) => string, ...values: readonly unknown[]): void {
    this.#texts.push(condition(...values.map((value) => this.parameter(value))));
  }

  /** The conditions joined by `and`. */
  get text(): string {
    return this.#texts.join('\n and ');
  }
}
