import type { Principal } from '@assay/identity';
import { AssayError, isUuid, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import type { Host } from './host.js';
import type { HostsErrorCode } from './hosts.errors.js';
import type { HostsStore } from './hosts.store.js';

/**
 * The host that an agent's credential speaks for. What it says in a body is not asked.
 *
 * @throws AssayError `hosts.not-bound` (forbidden) for a credential that is not one host's, `hosts.not-yet` (unavailable)
 * for a host that is not known here, because its enrolment is still on its way: an agent takes an answer at its word, so
 * that it gets none rather than one that is made up (`wire/patchmon.md` §2)
 */
export async function hostOfAgent(tx: Transaction, hosts: HostsStore, caller: Principal): Promise<Host> {
  const host = await hosts.byId(tx, hostIdOf(caller));
  if (host !== null) return host;
  throw new AssayError<HostsErrorCode>('unavailable', 'hosts.not-yet', 'This host is not known yet', {
    retryAfterSeconds: 5,
  });
}

function hostIdOf({ scope }: Principal): Uuid {
  const [id, ...more] = scope.hosts ?? [];
  if (id !== undefined && more.length === 0 && isUuid(id)) return id;
  throw new AssayError<HostsErrorCode>('forbidden', 'hosts.not-bound', 'This key does not speak for one host');
}
