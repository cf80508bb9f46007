import type { FastifyInstance } from 'fastify';

/**
 * Hangs up on who begins a body and falls silent: each would hold a connection, a spool file and a place in the limits
 * until the service ends. Only while the body arrives; who waits for a verdict may wait in silence. Who sends a byte
 * now and then is ended by the server's `requestTimeout`.
 */
export function boundArrival(instance: FastifyInstance, idleMs: number): void {
  instance.addHook('onRequest', (request, _, done) => {
    const { headers, raw } = request;
    if (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0) {
      raw.socket.setTimeout(idleMs);
      raw.once('end', () => raw.socket.setTimeout(0));
    }
    done();
  });
}
