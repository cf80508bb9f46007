import type { ReceivedSignal } from '@assay/contracts';
import { digestOf, hexOf, newId } from '@assay/kernel';

/** A signal as the gateway publishes it, of now unless said otherwise. */
export function aSignal(known: Partial<ReceivedSignal> = {}): ReceivedSignal {
  const id = known.id ?? newId();
  const receivedAt = known.receivedAt ?? new Date().toISOString();
  const ts = known.ts ?? receivedAt;
  return {
    id,
    signalId: hexOf(digestOf(id)).slice(0, 32),
    hostId: 'mbp-finance-07',
    ruleId: 'DEMO-EXEC-004',
    ruleDescription: 'Interpreter started from a world-writable folder',
    status: 'open',
    severity: 'high',
    title: 'Script interpreter from shared folder',
    tags: ['execution', 'demo'],
    ts,
    at: known.at ?? (Number.isNaN(Date.parse(ts)) ? receivedAt : new Date(ts).toISOString()),
    receivedAt,
    context: { kind: 'execution', actor_path: '/bin/zsh' },
    contextDocument: null,
    mended: [],
    digest: hexOf(digestOf(id)),
    ...known,
  };
}
