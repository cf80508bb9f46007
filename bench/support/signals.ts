import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const fixture = 'apps/ingest-gateway/test/fixtures/santamon/santamon-signals.jsonl.gz';

interface Template {
  readonly severity: string;
  readonly ruleId: string;
  /** The signal's JSON after its id, time and host. */
  readonly rest: string;
}

/** Real signals, as agents send them, of as many hosts as one likes: about 700 bytes, each with an id of its own. */
export class SignalSource {
  private readonly templates: readonly Template[];
  private next = 0;
  /** How many were made of each severity, and of each host. */
  readonly bySeverity: Record<string, number> = {};
  readonly byHost: Record<string, number> = {};

  constructor(private readonly hosts: number) {
    const lines = gunzipSync(readFileSync(fixture)).toString().trim().split('\n');
    this.templates = lines.map((line) => {
      const { signal_id: _id, ts: _ts, host_id: _host, ...rest } = JSON.parse(line) as Record<string, unknown>;
      const { severity, rule_id: ruleId } = rest as { severity: string; rule_id: string };
      return { severity, ruleId, rest: JSON.stringify(rest).slice(1) };
    });
  }

  get made(): number {
    return this.next;
  }

  /** The next signal, of now, and its id. */
  signal(now: string = new Date().toISOString()): { readonly id: string; readonly json: string } {
    const number = this.next++;
    const { severity, rest } = this.templates[number % this.templates.length]!;
    const host = `mac-${number % this.hosts}.bench.example`;
    const id = number.toString(16).padStart(32, '0');
    this.bySeverity[severity] = (this.bySeverity[severity] ?? 0) + 1;
    this.byHost[host] = (this.byHost[host] ?? 0) + 1;
    return { id, json: `{"signal_id":"${id}","ts":"${now}","host_id":"${host}",${rest}` };
  }
}
