import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';

/** A file of a directory of PatchHound: made or fetched when it is asked for. */
export interface ResourceFile {
  readonly name: string;
  readonly open: () => Promise<Readable>;
}

/** Media types by the end of a name; everything else is bytes. */
const mediaTypes: Readonly<Record<string, string>> = {
  json: 'application/json',
  pdf: 'application/pdf',
  pub: 'application/x-pem-file',
  txt: 'text/plain; charset=utf-8',
};

export function mediaTypeOf(name: string): string {
  return mediaTypes[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
}

/** A file of text that is at hand. */
export function textFile(name: string, text: () => string | Promise<string>): ResourceFile {
  return { name, open: async () => Readable.from([Buffer.from(await text())]) };
}

/**
 * A flat zip archive of the files, as a stream: each is opened when its turn comes, so that none is held whole.
 *
 * @param at the time that every member carries, so that the same files give the same archive
 */
export function zipOf(files: readonly ResourceFile[], at: Date): Readable {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  zip.on('error', (error: unknown) => output.destroy(error instanceof Error ? error : new Error(String(error))));
  // yazl does not listen for failures of what it is given: a half-written member would pass for whole.
  const fail = (error: Error): void => void output.destroy(error);
  for (const { name, open } of files) {
    zip.addReadStreamLazy(name, { mtime: at, mode: 0o644 }, (give) => void hand(open, give, fail));
  }
  zip.end();
  return output;
}

async function hand(
  open: ResourceFile['open'],
  give: (error: unknown, stream: Readable) => void,
  fail: (error: Error) => void,
): Promise<void> {
  try {
    const stream = await open();
    stream.once('error', fail);
    give(null, stream);
  } catch (error) {
    give(error, Readable.from([]));
  }
}
