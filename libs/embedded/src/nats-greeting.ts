import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { readyPollMs, versionProbeTimeoutMs } from './limits.js';

/** What a nats-server says of itself to everybody who connects (NATS client protocol, INFO). */
export interface NatsGreeting {
  readonly server_id: string;
  readonly version: string;
  readonly jetstream?: boolean;
}

/** The greeting of the server on this port of 127.0.0.1. Rejects if none answers. */
export function natsGreeting(port: number): Promise<NatsGreeting> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: versionProbeTimeoutMs });
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      text += chunk;
      const line = /^INFO (.+)\r\n/.exec(text)?.[1];
      if (line === undefined) return;
      socket.destroy();
      resolve(JSON.parse(line) as NatsGreeting);
    });
    socket.once('timeout', () => socket.destroy(new Error(`Nothing on port ${port} greets like a nats-server.`)));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`Port ${port} closed without a greeting.`)));
  });
}

/** Waits until the server on this port answers with JetStream switched on. False if it ended or the time was over. */
export async function natsReady(port: number, timeoutMs: number, stillRunning: () => boolean): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (stillRunning() && Date.now() < deadline) {
    try {
      if ((await natsGreeting(port)).jetstream === true) return true;
    } catch {
      // Not there yet.
    }
    await sleep(readyPollMs);
  }
  return false;
}
