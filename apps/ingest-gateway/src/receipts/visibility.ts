import { type Principal, mayActOnRepository } from '@assay/identity';
import type { AcceptedReceipt } from './receipt.js';

/**
 * True if the caller may send or see documents of this origin. A credential that is limited to repositories has nothing
 * to do with documents that name none, except those it sent itself; one that is limited to hosts sees the results of these.
 */
export function mayActOnSubject(
  caller: Principal,
  { origin, actor }: Pick<AcceptedReceipt, 'origin' | 'actor'>,
): boolean {
  const { hostId = null } = origin;
  if (hostId !== null && caller.scope.hosts !== null && !caller.scope.hosts.includes(hostId)) {
    return actor === caller.actor;
  }
  if (caller.scope.repositories === null) return true;
  if (origin.repo === null) return actor === caller.actor;
  return mayActOnRepository(caller, origin.org, origin.repo);
}
