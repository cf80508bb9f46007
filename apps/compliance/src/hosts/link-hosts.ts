import type { HostDialect } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';

/**
 * When two ids are one host. Everything in a body is a claim: whoever holds some key of the tenant can write any host
 * name and any machine id into it. What cannot be claimed is a key: an id is **bound** when a credential speaks for it
 * alone (PatchMon's API ids always; another id as soon as a key limited to it was used).
 *
 * 1. An id that is linked stays where it is. Nothing in a body moves it; an admin can (`join`, `split`).
 * 2. A new id joins the one host with its machine id, else its name, if that host has no id of this dialect yet. So
 *    nobody becomes a second agent of a host by saying its name, and where two hosts have the name neither is taken.
 * 3. Two hosts that are there become one by themselves only if at most one of them is bound, no dialect is in both, and
 *    the name or machine id was not known of the claiming host before: by its enrolment, or the first report of an agent
 *    with its own key. The bound one remains. Renaming oneself joins nothing.
 * 4. A name or machine id that is known stays. Another one that an agent says, and one that another host has, is kept as
 *    a claim: shown to people, who may adopt it, and good for nothing else.
 * 5. What an unbound id says never changes the name, settings or description of a host. Once a bound id of a host gave
 *    signs of life, only those of bound ids count: nobody hides the silence of an agent with a key.
 */
export interface LinkCandidate {
  readonly hostId: Uuid;
  readonly bound: boolean;
  readonly dialects: readonly HostDialect[];
}

/** Those that claim the same machine, by what they have in common. */
export interface LinkCandidates {
  readonly byMachineId: readonly LinkCandidate[];
  readonly byName: readonly LinkCandidate[];
}

export interface Link {
  readonly hostId: Uuid;
  readonly by: 'machine-id' | 'hostname';
}

/** The host that a new id of this dialect belongs to, or null for a host of its own. */
export function linkOf(dialect: HostDialect, { byMachineId, byName }: LinkCandidates): Link | null {
  const machine = onlyOne(byMachineId);
  if (machine !== null) return free(machine, dialect) ? { hostId: machine.hostId, by: 'machine-id' } : null;
  const named = onlyOne(byName);
  return named !== null && byMachineId.length === 0 && free(named, dialect)
    ? { hostId: named.hostId, by: 'hostname' }
    : null;
}

/** The host that turns out to be `claimant`, whose name or machine id has just become known, and ends in it; or null. */
export function joinOf(claimant: LinkCandidate, { byMachineId, byName }: LinkCandidates): Link | null {
  const others = (candidates: readonly LinkCandidate[]): LinkCandidate[] =>
    candidates.filter(({ hostId }) => hostId !== claimant.hostId);
  const machine = onlyOne(others(byMachineId));
  if (machine !== null) return mayEndIn(machine, claimant) ? { hostId: machine.hostId, by: 'machine-id' } : null;
  const named = onlyOne(others(byName));
  return named !== null && others(byMachineId).length === 0 && mayEndIn(named, claimant)
    ? { hostId: named.hostId, by: 'hostname' }
    : null;
}

function mayEndIn(other: LinkCandidate, claimant: LinkCandidate): boolean {
  return !other.bound && claimant.bound && !other.dialects.some((dialect) => claimant.dialects.includes(dialect));
}

const free = (candidate: LinkCandidate, dialect: HostDialect): boolean => !candidate.dialects.includes(dialect);

const onlyOne = (candidates: readonly LinkCandidate[]): LinkCandidate | null =>
  candidates.length === 1 ? candidates[0]! : null;
