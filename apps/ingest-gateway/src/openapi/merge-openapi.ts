/** As much of an OpenAPI 3 document as merging touches. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: object;
  readonly paths: Readonly<Record<string, object>>;
  readonly tags?: readonly { readonly name: string }[];
  readonly components?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The document of one service. */
export interface ServiceDocument {
  readonly service: string;
  readonly document: OpenApiDocument;
}

type Components = Record<string, Record<string, unknown>>;

const componentReference = /^#\/components\/([^/]+)\/(.+)$/;

/**
 * One document for the whole API: the gateway's own, with the paths and components of the other services. Where two say
 * something of one method of a path the first stays. A component whose name means something else already gets its service's name
 * before its own, and its references follow.
 *
 * @param isPublic false for paths that callers from outside can't reach
 */
export function mergeOpenApi(
  own: OpenApiDocument,
  others: readonly ServiceDocument[],
  isPublic: (path: string) => boolean = () => true,
): OpenApiDocument {
  const paths: Record<string, object> = { ...own.paths };
  const components: Components = Object.fromEntries(
    Object.entries(own.components ?? {}).map(([kind, named]) => [kind, { ...named }]),
  );
  const tags = new Map((own.tags ?? []).map((tag) => [tag.name, tag]));
  for (const { service, document } of others) {
    const renamed = renamedComponents(components, service, document);
    const adopted = withReferences(document, renamed) as OpenApiDocument;
    for (const [path, item] of Object.entries(adopted.paths))
      if (isPublic(path)) paths[path] = { ...item, ...paths[path] };
    for (const [kind, named] of Object.entries(adopted.components ?? {})) {
      for (const [name, component] of Object.entries(named)) {
        const group = (components[kind] ??= {});
        group[renamed.get(`${kind}/${name}`) ?? name] ??= component;
      }
    }
    for (const tag of adopted.tags ?? []) if (!tags.has(tag.name)) tags.set(tag.name, tag);
  }
  return { ...own, paths: sorted(paths), tags: [...tags.values()], components };
}

/** `kind/name` of the components that have to be called otherwise, with their new names. */
function renamedComponents(
  known: Components,
  service: string,
  { components = {} }: OpenApiDocument,
): Map<string, string> {
  const renamed = new Map<string, string>();
  for (const [kind, named] of Object.entries(components)) {
    for (const [name, component] of Object.entries(named)) {
      const before = known[kind]?.[name];
      if (before !== undefined && JSON.stringify(before) !== JSON.stringify(component)) {
        renamed.set(`${kind}/${name}`, `${pascalCase(service)}${name}`);
      }
    }
  }
  return renamed;
}

function withReferences(value: unknown, renamed: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => withReferences(item, renamed));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, unknown]) => {
      if (key !== '$ref' || typeof item !== 'string') return [key, withReferences(item, renamed)];
      const [, kind = '', name = ''] = componentReference.exec(item) ?? [];
      const other = renamed.get(`${kind}/${name}`);
      return [key, other === undefined ? item : `#/components/${kind}/${other}`];
    }),
  );
}

function pascalCase(service: string): string {
  return service.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function sorted(paths: Readonly<Record<string, object>>): Record<string, object> {
  return Object.fromEntries(Object.entries(paths).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
