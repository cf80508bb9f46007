import { AssayError } from '@assay/kernel';

/** The error codes of this service. */
export type AlertingErrorCode =
  | 'alerting.no-such-rule'
  | 'alerting.no-such-channel'
  | 'alerting.no-such-silence'
  | 'alerting.no-such-alert'
  | 'alerting.no-such-delivery'
  | 'alerting.unknown-channel'
  | 'alerting.too-many'
  | 'alerting.bad-url'
  | 'alerting.address-refused'
  | 'alerting.bad-secret'
  | 'alerting.secret-unreadable'
  | 'alerting.bad-period'
  | 'alerting.not-replayable';

/** Nothing of that id belongs to the tenant. */
export function noSuch(what: 'rule' | 'channel' | 'silence' | 'alert' | 'delivery'): AssayError<AlertingErrorCode> {
  return new AssayError('not-found', `alerting.no-such-${what}`, `There is no such ${what}.`);
}

/** One field of a request is wrong. */
export function wrongField(code: AlertingErrorCode, field: string, message: string): AssayError<AlertingErrorCode> {
  return new AssayError('invalid', code, `The field ${field} ${message}.`, { fields: [{ field, message }] });
}
