/**
 * The load of `bench/sockets.ts`, a process of its own: holds a socket for each line of its input, `<apiId> <apiKey>`, and
 * says on request how many are open. Node runs it from here.
 */
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';

/** Handshakes under way at once: enough to be done soon, few enough that none waits for its answer. */
const connectingAtOnce = 50;

const [, , url = ''] = process.argv;
const counts = { open: 0, connected: 0, pinged: 0, commands: 0, failed: 0 };
const waiting: string[] = [];
let connecting = 0;

function connect(line: string): void {
  const [apiId = '', apiKey = ''] = line.split(' ');
  const socket = new WebSocket(url, { headers: { 'X-API-ID': apiId, 'X-API-KEY': apiKey }, perMessageDeflate: false });
  let isSettled = false;
  const settle = (): void => {
    if (isSettled) return;
    isSettled = true;
    connecting -= 1;
    next();
  };
  socket.on('open', () => (counts.open += 1));
  socket.on('message', (data) => {
    if (String(data) === '{"type":"connected"}') counts.connected += 1;
    else counts.commands += 1;
    settle();
  });
  socket.once('ping', () => (counts.pinged += 1));
  socket.on('error', () => (counts.failed += 1));
  socket.on('close', () => {
    counts.open -= 1;
    settle();
  });
}

function next(): void {
  while (connecting < connectingAtOnce) {
    const line = waiting.shift();
    if (line === undefined) return;
    connecting += 1;
    connect(line);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'count') process.stdout.write(`${JSON.stringify(counts)}\n`);
  else {
    waiting.push(line);
    next();
  }
}
