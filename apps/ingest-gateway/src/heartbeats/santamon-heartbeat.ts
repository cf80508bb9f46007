import type { Heartbeat } from '@assay/contracts';
import type { FieldError } from '@assay/kernel';
import { invalid } from '../ingest-gateway.errors.js';
import { plainText } from '../signals/plain-value.js';

const maxAgentIdLength = 255;
const maxTimestampLength = 64;
/** Longer versions are cut: a host is alive, whatever it calls its system. */
const maxVersionLength = 32;

/**
 * The heartbeat of a Santamon agent (`wire/santamon.md` §4.1).
 *
 * @throws AssayError `heartbeats.malformed` with the fields that are missing or of the wrong type
 */
export function readSantamonHeartbeat(body: unknown, receivedAt: Date): Heartbeat {
  const values = typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {};
  const errors: FieldError[] = [];
  const text = (name: string, maxLength: number): string => {
    const value: unknown = (values as Record<string, unknown>)[name];
    if (value === undefined) errors.push({ field: name, message: 'Field required' });
    else if (typeof value !== 'string') errors.push({ field: name, message: 'Input should be a valid string' });
    else if (value.length <= maxLength) return plainText(value);
    else if (name !== 'agent_id') return plainText(value.slice(0, maxLength));
    else errors.push({ field: name, message: `String should have at most ${maxLength} characters` });
    return '';
  };
  const id = text('agent_id', maxAgentIdLength);
  if (id === '' && errors.length === 0) errors.push({ field: 'agent_id', message: 'Field required' });
  const heartbeat: Heartbeat = {
    dialect: 'santamon',
    id,
    timestamp: text('timestamp', maxTimestampLength),
    receivedAt: receivedAt.toISOString(),
    version: text('version', maxVersionLength),
    osVersion: text('os_version', maxVersionLength),
    uptimeSeconds: seconds((values as Record<string, unknown>)['uptime_seconds'], errors),
    connected: false,
  };
  if (errors.length > 0) throw invalid('heartbeats.malformed', 'The heartbeat has fields that are wrong.', errors);
  return heartbeat;
}

function seconds(value: unknown, errors: FieldError[]): number | null {
  if (value == null) return null;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  errors.push({ field: 'uptime_seconds', message: 'Input should be a valid number' });
  return null;
}
