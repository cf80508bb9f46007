import { AssayError } from '@assay/kernel';
import { CronExpressionParser } from 'cron-parser';
import type { HostsErrorCode } from './hosts.errors.js';

/**
 * The next moment after `after` at which a group's hosts are to be scanned. `cron` has five fields (minute, hour, day of
 * month, month, day of week) and is meant in the zone.
 */
export function nextScanAfter(cron: string, timeZone: string, after: Date): Date {
  return CronExpressionParser.parse(cron, { currentDate: after, tz: timeZone }).next().toDate();
}

/** @throws AssayError `hosts.malformed-schedule` for what is no cron expression of five fields, or no zone */
export function checkScanTimes(cron: string | null, timeZone: string): void {
  try {
    Intl.DateTimeFormat('en', { timeZone });
  } catch (error) {
    throw malformed('timeZone', 'is no IANA name of a time zone', error);
  }
  if (cron === null) return;
  if (cron.trim().split(/\s+/).length !== 5) throw malformed('scanCron', 'must have five fields');
  try {
    nextScanAfter(cron, timeZone, new Date(0));
  } catch (error) {
    throw malformed('scanCron', 'is no cron expression', error);
  }
}

function malformed(field: string, message: string, cause?: unknown): AssayError<HostsErrorCode> {
  return new AssayError('invalid', 'hosts.malformed-schedule', `${field} ${message}.`, {
    cause,
    fields: [{ field, message }],
  });
}
