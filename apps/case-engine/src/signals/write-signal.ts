import type { OpenArtifact } from '@assay/artifacts';

/**
 * The JSON of a signal in pieces. Its context comes last, as the JSON text that is kept, so that none is parsed and a large
 * one is never held whole.
 */
export async function* signalJson(fields: object, context: string | OpenArtifact): AsyncGenerator<string | Uint8Array> {
  yield `${JSON.stringify(fields).slice(0, -1)},"context":`;
  if (typeof context === 'string') yield context;
  else yield* context;
  yield '}';
}
