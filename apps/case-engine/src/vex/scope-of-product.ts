import type { Scope } from '../exceptions/exception.js';
import { parsePurl, type Purl } from './purl.js';
import type { VexStatement } from './vex-document.js';

/** What the sender says that the document is about: a repository or an image, which narrows whatever it states. */
export type VexPlace = Pick<Scope, 'provider' | 'org' | 'repo' | 'image'>;

const forges: readonly string[] = ['github', 'gitlab', 'bitbucket'];
const registries: readonly string[] = ['oci', 'docker'];

/** True if products of this type are what runs are about: images and repositories. */
export function isPlaceType(type: string): boolean {
  return forges.includes(type) || registries.includes(type);
}

/**
 * Where a statement holds, or why it cannot be used. An image stands for its builds by name, or for the one whose digest or
 * tag the product has; a package for itself wherever it is found. Parts of any other product need to be told which
 * repository or image that product is: else they would be excepted everywhere.
 */
export function scopeOfProduct(
  { product, component, status }: Pick<VexStatement, 'product' | 'component' | 'status'>,
  place: VexPlace,
): Scope | string {
  const whole = parsePurl(product);
  const part = component === null ? null : parsePurl(component);
  if (whole === null || (component !== null && part === null)) return `${component ?? product} is no package URL`;
  const isNarrowed = place.repo !== null || place.image !== null;
  const narrow = { provider: place.provider, org: place.org, repo: place.repo, image: place.image };
  const version = (part ?? whole).version;
  if (status === 'fixed' && version === null) return `${component ?? product} names no version in which it is fixed`;

  if (registries.includes(whole.type)) {
    const kind = part === null ? 'image' : 'component';
    const scope = { ...narrow, kind, image: imageOf(whole), purl: part?.text ?? null } as const;
    return whole.version === null ? scope : { ...scope, imageVersion: whole.version };
  }
  if (forges.includes(whole.type)) {
    if (whole.version !== null)
      return `${product} names one version of a repository, and exceptions hold for all of them`;
    const repository = { ...narrow, provider: whole.type, org: whole.namespace, repo: whole.name };
    return { ...repository, kind: part === null ? 'repository' : 'component', purl: part?.text ?? null };
  }
  if (part === null) return { ...narrow, kind: 'component', purl: whole.text };
  if (!isNarrowed) return `${product} is neither an image nor a repository; say with the document which one it is`;
  return { ...narrow, kind: 'component', purl: part.text };
}

/** The name of an image as people say it: Docker Hub has none, and its official images no `library`. */
function imageOf({ type, namespace, name, qualifiers }: Purl): string {
  const path = namespace === null ? name : `${namespace}/${name}`;
  const at =
    qualifiers
      .get('repository_url')
      ?.replace(/^https?:\/\//, '')
      .replace(/\/+$/, '') ?? '';
  const isWhole = type === 'oci' && at.slice(at.lastIndexOf('/') + 1) === name;
  const full = at === '' ? path : isWhole ? at : `${at}/${path}`;
  return full.replace(/^(?:(?:index|registry-1)\.)?docker\.io\//, '').replace(/^library\//, '');
}
