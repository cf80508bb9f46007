import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';

/** What no answer to anybody says: where our files lie, how our code is called, what our statements are. */
export const leaks = /node_modules|\/work\/|\/tmp\/|\bat [A-Z]\w+\.|select |insert into|relation "|ENOENT|"stack"/i;

/** What separates the parts of every form here. */
export const boundary = 'assay-hostile-boundary';
export const formType = `multipart/form-data; boundary=${boundary}`;

export interface FormPart {
  /** Null for a part that says no name. */
  readonly name: string | null;
  readonly value: string | Uint8Array;
  readonly fileName?: string;
  /** Whole lines of its head. */
  readonly more?: readonly string[];
}

/** A multipart body as no client would make it: names and values stand there as they are. */
export function formOf(parts: readonly FormPart[], end = `--${boundary}--\r\n`): Buffer {
  const written = parts.flatMap(({ name, value, fileName, more = [] }) => {
    const disposition = [
      'Content-Disposition: form-data',
      ...(name === null ? [] : [`name="${name}"`]),
      ...(fileName === undefined ? [] : [`filename="${fileName}"`]),
    ].join('; ');
    const head = [`--${boundary}`, disposition, ...more, '', ''].join('\r\n');
    return [Buffer.from(head), Buffer.from(value), Buffer.from('\r\n')];
  });
  return Buffer.concat([...written, Buffer.from(end)]);
}

/** Text fields of a form, in their order. */
export function fieldsOf(fields: Readonly<Record<string, string>>): FormPart[] {
  return Object.entries(fields).map(([name, value]) => ({ name, value }));
}

/** What came of a body that was streamed until somebody had enough. */
export interface Streamed {
  readonly sentBytes: number;
  /** The first line and all that follows; empty where the connection was cut without a word. */
  readonly answer: string;
}

/** Sends the head of a request and then the chunk again and again, until all is sent or an answer comes. */
export async function streamUntilAnswered(
  port: number,
  path: string,
  { begin, chunk, totalBytes }: { readonly begin: string; readonly chunk: Buffer; readonly totalBytes: number },
): Promise<Streamed> {
  const socket = connect(port, '127.0.0.1');
  const seen = { answer: '', isClosed: false };
  let wake = (): void => undefined;
  socket.on('data', (bytes: Buffer) => (seen.answer += bytes.toString('latin1')));
  socket.on('drain', () => wake());
  // A connection that is cut is what this waits for.
  socket.on('error', () => undefined);
  socket.on('close', () => {
    seen.isClosed = true;
    wake();
  });
  const head = [`POST ${path} HTTP/1.1`, 'Host: assay', `Content-Type: ${formType}`, `Content-Length: ${totalBytes}`];
  socket.write(`${head.join('\r\n')}\r\n\r\n${begin}`);
  let sentBytes = begin.length;
  while (sentBytes < totalBytes && seen.answer === '' && !seen.isClosed) {
    sentBytes += chunk.length;
    const isTaken = socket.write(chunk);
    await new Promise<void>((resolve) => {
      wake = resolve;
      if (isTaken || seen.isClosed) setImmediate(resolve);
    });
  }
  while (seen.answer === '' && !seen.isClosed) await new Promise((resolve) => setTimeout(resolve, 20));
  socket.destroy();
  return { sentBytes, answer: seen.answer };
}

/** Memory of a process in MiB that is its own, and how many nameless files it has open: bodies in its spool. */
export function burdenOf(pid: number): { readonly residentMiB: number; readonly spooled: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const files = readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`));
  return {
    residentMiB: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024,
    spooled: files.filter((target) => /spool.*\(deleted\)$/.test(target)).length,
  };
}

/** How many files there are below a folder. */
export function filesBelow(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
