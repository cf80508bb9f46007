import { pickElementBatches } from '@assay/documents';

/** A component of an SBOM, as far as a list of what is affected needs it. */
interface Component {
  readonly type: string;
  readonly name: string;
  readonly version?: string;
  readonly purl?: string;
  readonly 'bom-ref': string;
}

/** The components of a CycloneDX document, nested ones too, each package once, in the order of the document. */
export async function* componentsOf(sbom: AsyncIterable<Uint8Array>): AsyncGenerator<Component> {
  const seen = new Set<string>();
  for await (const batch of pickElementBatches(sbom, ['components.*'])) {
    for (const { value } of batch) yield* flattened(value, seen);
  }
}

/** Refers to packages by their purl, as the vulnerabilities do. */
function* flattened(value: unknown, seen: Set<string>): Generator<Component> {
  if (!isObject(value)) return;
  const { type, name, version, purl, components } = value;
  if (typeof name === 'string') {
    const ref =
      typeof purl === 'string' && purl !== '' ? purl : `${name}@${typeof version === 'string' ? version : ''}`;
    if (!seen.has(ref)) {
      seen.add(ref);
      yield {
        type: typeof type === 'string' ? type : 'library',
        'bom-ref': ref,
        name,
        ...(typeof version === 'string' && { version }),
        ...(typeof purl === 'string' && purl !== '' && { purl }),
      };
    }
  }
  if (Array.isArray(components)) for (const each of components) yield* flattened(each, seen);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
