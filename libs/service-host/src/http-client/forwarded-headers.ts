import type { IncomingHttpHeaders } from 'node:http';
import { internalIdentityHeader } from '@assay/identity';

/** For this connection alone (RFC 9110 §7.6.1, with the two that older proxies send). */
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'proxy-authenticate',
  'proxy-authorization',
];

/** What the gateway has read and answers for; further in, only the signed identity and the trace it sets count. */
const consumed = [
  'host',
  'expect',
  'authorization',
  'cookie',
  'x-api-key',
  'x-api-id',
  'traceparent',
  internalIdentityHeader,
];

/**
 * The headers of a message as a proxy passes them on, in either direction: without those of the connection, those that
 * `Connection` names, and credentials. Repeated headers become one line, as RFC 9110 §5.3 allows.
 */
export function forwardedHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  const dropped = new Set([...hopByHop, ...consumed, ...named]);
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !dropped.has(name)) kept[name] = [value].flat().join(', ');
  }
  return kept;
}
