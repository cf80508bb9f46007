import type { EventContract } from './define-event.js';
import * as events from './events.js';

function isContract(value: unknown): value is EventContract {
  return typeof value === 'object' && value !== null && 'schema' in value && 'audited' in value && 'name' in value;
}

/** Every event of the platform by type: whatever `events.ts` exports. A test refuses a contract file that it forgot. */
export const registry: ReadonlyMap<string, EventContract> = new Map(
  Object.values<unknown>(events)
    .filter(isContract)
    .map((contract) => [contract.type, contract]),
);

/** The contract of a type, or undefined for a type of a newer version than this process. */
export function contractOf(type: string): EventContract | undefined {
  return registry.get(type);
}
