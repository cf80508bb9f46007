import type { Principal } from '@assay/identity';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Admission } from '../ingest/admission.service.js';
import { Quota } from '../ingest/quota.service.js';
import { invalid } from '../ingest-gateway.errors.js';
import { limits } from '../limits.js';
import { judgeSignal, otherContent, type SetAsideReason } from './judge-signal.js';
import { arrivalAt, type SignalDraft } from './read-signal.js';
import { type ReceivedSignalBody, ReceiveSignal } from './receive-signal.service.js';
import { SetAsideSignals, type SignalToSetAside } from './set-aside-signals.service.js';
import { TakeInSignals } from './take-in-signals.service.js';

/** What became of one signal. */
export interface SignalAnswer {
  readonly signalId: string | null;
  readonly isDuplicate: boolean;
  /** The fields that were shortened or replaced. */
  readonly mended: readonly string[];
  /** Why it is not among the signals; null where it is. */
  readonly setAside: SetAsideReason | null;
}

/** One signal of an agent: durable before it is answered, whatever becomes of it. */
@Injectable()
export class IngestSignal {
  constructor(
    private readonly receive: ReceiveSignal,
    private readonly admission: Admission,
    private readonly quota: Quota,
    private readonly takeIn: TakeInSignals,
    private readonly setAside: SetAsideSignals,
  ) {}

  /**
   * @throws AssayError `signals.not-json`, `signals.not-an-object` for a body that is no JSON object; what `Admission`
   *   throws; `persistence.unavailable`, `artifacts.unavailable`
   */
  async execute(request: FastifyRequest, caller: Principal): Promise<SignalAnswer> {
    await this.admission.checkSignals(caller);
    const received = await this.receive.execute(request);
    if ('long' in received) return this.setLongAside(received, caller);
    const { bytes, isUtf8 } = received;
    const signal = judgeSignal(bytes, isUtf8, caller, arrivalAt(new Date()));
    this.quota.countSignals(caller.tenant, 1, bytes.length);
    if ('signal' in signal) return this.taken(signal, bytes, caller);
    const { code, message } = signal;
    if (code === 'signals.not-json' || code === 'signals.not-an-object') throw invalid(code, message);
    await this.setAside.execute(letterOf(signal, bytes, caller));
    return answered(signal.signalId, false, signal);
  }

  private async taken(draft: SignalDraft, bytes: Buffer, caller: Principal): Promise<SignalAnswer> {
    const { signalId, hostId, mended } = draft.signal;
    const { tenant, actor } = caller;
    const taken = await this.takeIn.execute({ tenant, actor, lane: 'interactive', draft });
    if (taken !== 'other-content') return answered(signalId, taken === 'duplicate', null, mended);
    const reason = otherContent(hostId, signalId);
    await this.setAside.execute(letterOf(reason, bytes, caller));
    return answered(signalId, true, reason);
  }

  private async setLongAside(
    { long }: Extract<ReceivedSignalBody, { long: unknown }>,
    caller: Principal,
  ): Promise<SignalAnswer> {
    await using content = long;
    const message = `A signal has ${limits.signalBodyBytes} bytes at most; this one has ${content.size}.`;
    const reason: SetAsideReason = { code: 'signals.too-large', message, hostId: null, signalId: null };
    this.quota.countSignals(caller.tenant, 1, content.size);
    await this.setAside.execute(letterOf(reason, content, caller));
    return answered(null, false, reason);
  }
}

/** What is set aside, of whom. */
export function letterOf(
  { code, message, hostId, signalId }: SetAsideReason,
  content: SignalToSetAside['content'],
  { tenant, actor, credentialId }: Pick<Principal, 'tenant' | 'actor' | 'credentialId'>,
): SignalToSetAside {
  return { tenant, actor, credentialId, hostId, signalId, code, message, content };
}

function answered(
  signalId: string | null,
  isDuplicate: boolean,
  setAside: SetAsideReason | null,
  mended: readonly string[] = [],
): SignalAnswer {
  return { signalId, isDuplicate, mended, setAside };
}
