import type { EventContract } from './define-event.js';
import * as alerting from './alerting/notifications.v1.js';
import * as audit from './audit/log.v1.js';
import * as cases1 from './cases/exceptions.v1.js';
import * as cases2 from './cases/findings-judged.v1.js';
import * as cases3 from './cases/runs-and-gates.v1.js';
import * as compliance from './compliance/clocks.v1.js';
import * as ingest1 from './ingest/credentials.v1.js';
import * as ingest2 from './ingest/document-received.v1.js';
import * as ingest3 from './ingest/tenants.v1.js';
import * as scanning1 from './scanning/advisories.v1.js';
import * as scanning2 from './scanning/findings-changed.v1.js';
import * as scanning3 from './scanning/scan-completed.v1.js';
import * as shared1 from './shared/outbox-sealed.v1.js';
import * as shared2 from './shared/receipt-progress.v1.js';
import * as signing from './signing/attestations.v1.js';

const modules: Record<string, unknown>[] = [
  ingest1,
  ingest2,
  ingest3,
  scanning1,
  scanning2,
  scanning3,
  signing,
  cases1,
  cases2,
  cases3,
  compliance,
  alerting,
  audit,
  shared1,
  shared2,
];

function isContract(value: unknown): value is EventContract {
  return typeof value === 'object' && value !== null && 'schema' in value && 'audited' in value && 'name' in value;
}

/** Every event of the platform by type. A contract file that is listed in `modules` is in here, whatever it exports. */
export const registry: ReadonlyMap<string, EventContract> = new Map(
  modules
    .flatMap((module) => Object.values(module))
    .filter(isContract)
    .map((contract) => [contract.type, contract]),
);

/** The contract of a type, or undefined for a type of a newer version than this process. */
export function contractOf(type: string): EventContract | undefined {
  return registry.get(type);
}
