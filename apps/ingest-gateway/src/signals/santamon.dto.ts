import { signalSeverities, signalStatuses } from '@assay/contracts';
import type { SignalAnswer } from './ingest-signal.service.js';
import { fieldLengths } from './signal-fields.js';

const text = (maxLength: number) => ({ type: 'string', maxLength }) as const;

/** A signal as agents send it (`wire/santamon.md` §2.1). What is longer is cut, and the field named in `mended`. */
export const santamonSignalSchema = {
  type: 'object',
  required: ['signal_id', 'ts', 'host_id', 'rule_id', 'severity', 'title', 'context'],
  additionalProperties: true,
  properties: {
    signal_id: text(fieldLengths.signal_id),
    ts: { ...text(fieldLengths.ts), format: 'date-time' },
    host_id: text(fieldLengths.host_id),
    rule_id: text(fieldLengths.rule_id),
    rule_description: { ...text(fieldLengths.rule_description), nullable: true },
    status: { type: 'string', enum: [...signalStatuses], default: 'open' },
    severity: { type: 'string', enum: [...signalSeverities] },
    title: text(fieldLengths.title),
    tags: { type: 'array', nullable: true, items: text(fieldLengths.tag), maxItems: fieldLengths.tags },
    context: { type: 'object', additionalProperties: true },
  },
};

/** What is said of a signal that was set aside. */
const setAsideSchema = {
  type: 'object',
  properties: { code: { type: 'string' }, message: { type: 'string' } },
};

/** The answers of Santamon's page and of its server in one (`wire/santamon.md` §2.5), and what we have to say beside. */
export const santamonAnswerSchema = {
  type: 'object',
  required: ['status', 'signal_id', 'id', 'duplicate'],
  properties: {
    status: { type: 'string', enum: ['received'] },
    signal_id: { type: 'string', nullable: true },
    id: { type: 'string', nullable: true },
    duplicate: { type: 'boolean' },
    mended: { type: 'array', items: { type: 'string' } },
    set_aside: setAsideSchema,
  },
};

export function santamonAnswer({ signalId, isDuplicate, mended, setAside }: SignalAnswer): object {
  return {
    status: 'received',
    signal_id: signalId,
    id: signalId,
    duplicate: isDuplicate,
    ...(mended.length > 0 && { mended }),
    ...(setAside && { set_aside: { code: setAside.code, message: setAside.message } }),
  };
}
