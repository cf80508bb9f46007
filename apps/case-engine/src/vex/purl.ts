/** A package URL (purl-spec), its parts decoded. */
export interface Purl {
  readonly type: string;
  readonly namespace: string | null;
  readonly name: string;
  readonly version: string | null;
  readonly qualifiers: ReadonlyMap<string, string>;
  /** As it was given, without a subpath. */
  readonly text: string;
}

/** The parts of a package URL; null for what is none. */
export function parsePurl(given: string): Purl | null {
  const match = /^pkg:\/{0,2}([a-zA-Z][\w.+-]*)\/([^?#]+)(?:\?([^#]*))?/.exec(given);
  if (match === null) return null;
  const [, type, path, query = ''] = match;
  const at = path!.lastIndexOf('@');
  // `@` also begins the namespace of npm packages that nobody has encoded.
  const hasVersion = at > 0 && path![at - 1] !== '/';
  const [names, version] = hasVersion ? [path!.slice(0, at), decoded(path!.slice(at + 1))] : [path!, null];
  const parts = names
    .split('/')
    .filter((part) => part !== '')
    .map(decoded);
  const name = parts.pop();
  if (name === undefined) return null;
  const qualifiers = query.split('&').flatMap((pair) => {
    const equals = pair.indexOf('=');
    return equals > 0 ? [[pair.slice(0, equals).toLowerCase(), decoded(pair.slice(equals + 1))] as const] : [];
  });
  return {
    type: type!.toLowerCase(),
    namespace: parts.join('/') || null,
    name,
    version: version || null,
    qualifiers: new Map(qualifiers),
    text: given.split('#', 1)[0]!,
  };
}

/** The same package in this version. */
export function withVersion({ text }: Purl, version: string): string {
  const [path, query] = text.split('?', 2);
  return `${path}@${encodeURIComponent(version)}${query === undefined ? '' : `?${query}`}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
