import { AssayError } from '@assay/kernel';

/** Codes of what can be wrong with hosts, their agents and groups. */
export type HostsErrorCode =
  | 'hosts.unknown'
  | 'hosts.malformed-id'
  | 'hosts.not-bound'
  | 'hosts.not-yet'
  | 'hosts.body-too-large'
  | 'hosts.cannot-join'
  | 'hosts.unknown-id'
  | 'hosts.cannot-split'
  | 'hosts.unknown-group'
  | 'hosts.malformed-schedule'
  | 'hosts.malformed-query'
  | 'hosts.malformed-body'
  | 'hosts.no-content'
  | 'hosts.unknown-content';

/** A host that is not there, or that the caller may not see: nobody can tell which. */
export function hostUnknown(): AssayError<HostsErrorCode> {
  return new AssayError('not-found', 'hosts.unknown', 'Host not found');
}
