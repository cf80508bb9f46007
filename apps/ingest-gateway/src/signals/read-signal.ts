import { hash } from 'node:crypto';
import type { ReceivedSignal } from '@assay/contracts';
import { newId } from '@assay/kernel';
import { limits } from '../limits.js';
import { utcOf } from './moment.js';
import { isDeeperThan, mayBeUnplain } from './plain-value.js';
import { isRecord, keptContext, shortened } from './signal-context.js';
import { SignalFields } from './signal-fields.js';

/** A signal that can be kept, and its whole context where a message has no room for it. */
export interface SignalDraft {
  readonly signal: ReceivedSignal;
  readonly wholeContext: Uint8Array | null;
}

/** Why something that was sent is no signal. */
export interface Unfit {
  readonly code: 'signals.not-json' | 'signals.not-an-object' | 'signals.incomplete';
  readonly message: string;
  readonly hostId: string | null;
  readonly signalId: string | null;
}

export type Reading = SignalDraft | Unfit;

/** When a signal came, both ways that it is needed: many come at the same moment. */
export interface Arrival {
  readonly ms: number;
  readonly text: string;
}

export function arrivalAt(moment: Date): Arrival {
  return { ms: moment.getTime(), text: moment.toISOString() };
}

/**
 * Reads one signal (`wire/santamon.md` §2). What can be kept in part is: agents send what was refused for ever, and nothing
 * else after it (§7).
 *
 * @param bytes the JSON text of the signal
 * @param isUtf8 whether they are UTF-8 at all
 */
export function readSignal(bytes: Buffer, isUtf8: boolean, receivedAt: Arrival): Reading {
  const json = textOf(bytes);
  const values = parsed(json);
  if (values === undefined) return unfit('signals.not-json', 'This is not JSON.');
  if (!isRecord(values)) return unfit('signals.not-an-object', 'A signal is a JSON object.');

  const isUnplain = mayBeUnplain(json);
  const fields = new SignalFields(values, isUnplain, isUtf8);
  const [signalId, hostId, ruleId] = [
    fields.identity('signal_id'),
    fields.identity('host_id'),
    fields.identity('rule_id'),
  ];
  if (signalId === null || hostId === null || ruleId === null) {
    const missing = [!signalId && 'signal_id', !hostId && 'host_id', !ruleId && 'rule_id'].filter((name) => name);
    return unfit('signals.incomplete', `This signal has no ${missing.join(', no ')}.`, hostId, signalId);
  }
  const kept = keptContext(values['context'], isUnplain, json.length);
  if (kept.isMended || (!isUtf8 && JSON.stringify(kept.context).includes('\uFFFD'))) fields.mend('context');
  const title = fields.words('title');
  if (title === null) fields.mend('title');
  const ts = fields.words('ts') ?? '';
  const at = utcOf(ts);
  if (at === null) fields.mend('ts');

  const signal: ReceivedSignal = {
    id: newId(receivedAt.ms),
    signalId,
    hostId,
    ruleId,
    ruleDescription: fields.words('rule_description'),
    status: fields.status(),
    severity: fields.severity(),
    title: title ?? ruleId,
    tags: fields.tags(),
    ts,
    at: at ?? receivedAt.text,
    receivedAt: receivedAt.text,
    context: kept.context,
    contextDocument: null,
    mended: fields.mended,
    digest: digestOf(values, json),
  };
  return fitting(signal, wholeOf(kept.whole, bytes, isUtf8));
}

/** The rest of a signal can be long too, in letters of three bytes or six. */
function fitting(signal: ReceivedSignal, wholeContext: Uint8Array | null): SignalDraft {
  const mayBeLong = wholeContext !== null || signal.title.length + (signal.ruleDescription?.length ?? 0) > 2_000;
  if (!mayBeLong && signal.tags.length < 20) return { signal, wholeContext };
  if (Buffer.byteLength(JSON.stringify(signal)) <= limits.signalMessageBytes) return { signal, wholeContext };
  const whole = wholeContext ?? Buffer.from(JSON.stringify(signal.context));
  return { signal: { ...signal, context: shortened(signal.context) }, wholeContext: whole };
}

/** The context as it came; the whole signal where its context alone can't be cut out. */
function wholeOf(whole: string | null, bytes: Buffer, isUtf8: boolean): Uint8Array | null {
  if (!isUtf8) return bytes;
  if (whole === null) return null;
  return whole === '' ? bytes : Buffer.from(whole);
}

/** Of the signal without its blanks, so that a batch may write it in another way; of its text where it is nested too deep. */
function digestOf(values: Record<string, unknown>, json: string): string {
  const text = isDeeperThan(values, limits.signalContextDepth + 1) ? json : JSON.stringify(values);
  return hash('sha256', text, 'hex');
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** U+FFFD for what is no UTF-8; without a byte order mark. */
function textOf(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

function unfit(
  code: Unfit['code'],
  message: string,
  hostId: string | null = null,
  signalId: string | null = null,
): Unfit {
  return { code, message, hostId, signalId };
}
