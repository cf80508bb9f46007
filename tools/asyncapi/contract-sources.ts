import { readdirSync, readFileSync } from 'node:fs';

const contracts = new URL('../../libs/contracts/', import.meta.url);

/** What a contract's own files say of it beside its schema. */
export interface ContractSource {
  /** The exported constant, for example `gateDecidedV1`. */
  readonly constant: string;
  /** The doc comment as Markdown: who publishes the event, when, and who reads it. */
  readonly description: string;
  /** The golden envelope, a realistic event in full. */
  readonly golden: unknown;
}

const declaration = /\/\*\*((?:(?!\*\/)[^])+)\*\/\s*export const (\w+) = defineEvent\(\s*'([^']+)'/;

/** The text of a doc comment without its asterisks, its lines joined as Markdown joins them. */
function textOf(comment: string): string {
  return comment
    .replaceAll(/\s*\n \*[ ]?/g, '\n')
    .trim()
    .replaceAll('\n', ' ');
}

/** Reads every contract file of `libs/contracts`, by event type. @throws TypeError for a contract without doc comment. */
export function readContractSources(): ReadonlyMap<string, ContractSource> {
  const files = readdirSync(new URL('src/', contracts), { recursive: true, encoding: 'utf8' });
  return new Map(
    files
      .filter((path) => /\.v\d+\.ts$/.test(path))
      .map((path) => {
        const [, comment, constant, type] =
          declaration.exec(readFileSync(new URL(`src/${path}`, contracts), 'utf8')) ?? [];
        if (comment === undefined || constant === undefined || type === undefined) {
          throw new TypeError(`${path} does not hold one documented contract`);
        }
        const golden: unknown = JSON.parse(readFileSync(new URL(`golden/${type}.json`, contracts), 'utf8'));
        return [type, { constant, description: textOf(comment), golden }];
      }),
  );
}
