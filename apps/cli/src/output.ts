/** Where a command's words go: people get sentences, programs get one JSON document on standard output. */
export interface Output {
  /** The result, as JSON with `--json`, else as these lines. */
  result(value: unknown, lines: readonly string[]): void;
  /** Progress, on a terminal only and never with `--json`. */
  progress(line: string): void;
}

export function outputTo(
  { json, isTerminal }: { readonly json: boolean; readonly isTerminal: boolean },
  write: { readonly out: (text: string) => void; readonly err: (text: string) => void },
): Output {
  return {
    result(value, lines) {
      write.out(json ? `${JSON.stringify(value)}\n` : lines.map((line) => `${line}\n`).join(''));
    },
    progress(line) {
      if (isTerminal && !json) write.err(`${line}\n`);
    },
  };
}
