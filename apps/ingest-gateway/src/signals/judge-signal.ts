import { mayActOnHost, type Principal } from '@assay/identity';
import type { GatewayErrorCode } from '../ingest-gateway.errors.js';
import { type Arrival, readSignal, type SignalDraft } from './read-signal.js';

/** Why a signal is set aside. */
export interface SetAsideReason {
  readonly code: GatewayErrorCode;
  readonly message: string;
  readonly hostId: string | null;
  readonly signalId: string | null;
}

/** A signal that its sender may bring. */
export type Judged = SignalDraft | SetAsideReason;

/** Reads a signal and asks whether its sender may speak for its host (`semantics.md` §11). */
export function judgeSignal(bytes: Buffer, isUtf8: boolean, caller: Principal, receivedAt: Arrival): Judged {
  const reading = readSignal(bytes, isUtf8, receivedAt);
  if (!('signal' in reading)) return reading;
  const { hostId, signalId } = reading.signal;
  return mayActOnHost(caller, hostId) ? reading : foreignHost(hostId, signalId);
}

function foreignHost(hostId: string, signalId: string): SetAsideReason {
  const message = `The key of the sender may not speak for the host ${hostId}.`;
  return { code: 'signals.foreign-host', message, hostId, signalId };
}

/** Another signal came under the same id before. It stays, whoever sent it first. */
export function otherContent(hostId: string, signalId: string): SetAsideReason {
  const message = `The signal ${signalId} of the host ${hostId} was there before, with another content, which stays.`;
  return { code: 'signals.other-content', message, hostId, signalId };
}
