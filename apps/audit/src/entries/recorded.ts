import { contractOf, type Envelope } from '@assay/contracts';
import type { Recordable } from '../log/entry.js';

/** What may stand in a leaf for ever: ids, digests and slugs, nothing that a person chose a name for. */
const idPattern =
  /^(?:sha256:)?[0-9a-f]{8,64}(?:-[0-9a-f]{4,12}){0,4}$|^\d{1,20}$|^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const actorPattern = /^(?:system|(?:key|user|service):[A-Za-z0-9_-]{1,64})$/;

/**
 * True if the event is recorded: its contract says so, or is not known here. An event of a newer version than this program
 * might have to be, and a log that holds one too many is better than a log with a hole.
 */
export function isRecorded(event: Pick<Envelope, 'type'>): boolean {
  return contractOf(event.type)?.audited ?? true;
}

/**
 * What is recorded of an event. Everything that could name a person goes into the payload, which can be erased: the leaf keeps
 * a subject only if it is an id, and of another form of actor only the kind.
 */
export function recordableOf(event: Envelope): Recordable {
  const { id, type, time, tenant, subject, actor, source, version, correlationid, causationid, data } = event;
  return {
    id,
    type,
    time,
    tenant,
    subject: subject !== null && idPattern.test(subject) ? subject : null,
    actor: actorPattern.test(actor) ? actor : (/^[a-z]+(?=:)/.exec(actor)?.[0] ?? 'unknown'),
    payload: { actor, subject, source, version, correlationid, causationid, data },
  };
}
