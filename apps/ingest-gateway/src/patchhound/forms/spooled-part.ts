import type { SpooledContent } from '@assay/artifacts';
import { JsonGuard, jsonLimits } from '@assay/documents';
import { AssayError } from '@assay/kernel';
import { TopLevelNames } from '../../ingest/top-level-names.js';

/** A file of a form that has been received, whatever is wrong with it: a dialect has its own order of complaints. */
export interface SpooledPart extends AsyncDisposable {
  readonly content: SpooledContent;
  /** What is wrong with its form, `documents.*`; of such a part no more is kept than came before. */
  readonly problem: AssayError | null;
  /** True if the document is an object with this member. */
  readonly has: (name: string) => boolean;
}

/**
 * Receives a file that should be JSON and looks at its form while it streams.
 *
 * @param spool keeps the bytes
 * @throws AssayError `documents.too-large` at once, as there is no point in receiving the rest
 */
export async function receiveJson(
  file: AsyncIterable<Uint8Array>,
  maxDocumentBytes: number,
  spool: (bytes: AsyncIterable<Uint8Array>) => Promise<SpooledContent>,
): Promise<SpooledPart> {
  const names = new TopLevelNames();
  const guard = new JsonGuard({ ...jsonLimits, maxDocumentBytes }, names);
  let problem: AssayError | null = null;
  const note = (check: () => void): void => {
    try {
      check();
    } catch (error) {
      if (!(error instanceof AssayError) || error.code === 'documents.too-large') throw error;
      problem = error;
    }
  };
  async function* wellFormed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of file) {
      if (problem !== null) continue;
      note(() => {
        names.enterChunk(chunk);
        guard.write(chunk);
        names.leaveChunk();
      });
      yield chunk;
    }
  }
  const content = await spool(wellFormed());
  if (problem === null) note(() => guard.end());
  return {
    content,
    problem,
    has: (name) => names.has(name),
    [Symbol.asyncDispose]: () => content.dispose(),
  };
}
