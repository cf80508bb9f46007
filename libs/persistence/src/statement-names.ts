import { limits } from './limits.js';

/**
 * Names for prepared statements: the same text has the same name on every connection of the process, so that PostgreSQL
 * parses and plans it once per connection. Beyond the limit texts are sent unnamed, which is slower and never wrong.
 */
export class StatementNames {
  private readonly names = new Map<string, string>();

  nameOf(sql: string): string | undefined {
    const known = this.names.get(sql);
    if (known !== undefined) return known;
    if (this.names.size >= limits.preparedStatements) return undefined;
    const name = `assay_${this.names.size}`;
    this.names.set(sql, name);
    return name;
  }
}
