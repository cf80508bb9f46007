import { type JsonObject, listOf, objectOf, textOf, textsOf, timeOf } from './json-fields.js';
import { justificationOf, type VexDocument, type VexStatement, type VexStatus } from './vex-document.js';

const statuses: readonly string[] = ['not_affected', 'affected', 'fixed', 'under_investigation'] satisfies VexStatus[];

/** Reads OpenVEX 0.2.0 and the form before it, in which products and vulnerabilities were plain texts. */
export function readOpenVex(document: JsonObject): VexDocument {
  const warnings: string[] = [];
  const statements = listOf(document['statements']).flatMap((each, index) => {
    const found = statementsOf(objectOf(each), warnings);
    return typeof found === 'string' ? (warnings.push(`/statements/${index}: ${found}`), []) : found;
  });
  return {
    format: 'openvex',
    author: textOf(document['author'], 200),
    documentId: textOf(document['@id'], 500),
    version: String(document['version'] ?? ''),
    issuedAt: timeOf(document['last_updated']) ?? timeOf(document['timestamp']),
    statements,
    warnings,
  };
}

/** The statements on each product, or why there are none. */
function statementsOf(statement: JsonObject, warnings: string[]): VexStatement[] | string {
  const { name, aliases } = vulnerabilityOf(statement['vulnerability']);
  if (name === '') return 'names no vulnerability';
  const status = textOf(statement['status']);
  if (!statuses.includes(status)) return `${name}: the status "${status.slice(0, 50)}" is none of OpenVEX`;
  const rest = {
    vulnerability: name,
    aliases,
    status: status as VexStatus,
    justification: justificationOf(statement['justification']),
    impact: textOf(statement['impact_statement']) || textOf(statement['status_notes']) || null,
    saidAt: timeOf(statement['last_updated']) ?? timeOf(statement['timestamp']),
  };
  const products = listOf(statement['products']);
  if (products.length === 0) return `${name}: names no product`;
  return products.flatMap((given): VexStatement[] => {
    const product = purlOf(given);
    if (product === null) {
      warnings.push(`${name}: the product ${nameOf(given)} has no package URL`);
      return [];
    }
    const components = listOf(objectOf(given)['subcomponents'] ?? statement['subcomponents']);
    if (components.length === 0) return [{ ...rest, product, component: null }];
    return components.flatMap((part) => {
      const component = purlOf(part);
      if (component === null) warnings.push(`${name}: the component ${nameOf(part)} has no package URL`);
      return component === null ? [] : [{ ...rest, product, component }];
    });
  });
}

function vulnerabilityOf(given: unknown): { name: string; aliases: string[] } {
  if (typeof given === 'string') return { name: textOf(given, 200), aliases: [] };
  const { name, '@id': id, aliases } = objectOf(given);
  const fromId = textOf(id, 500).split(/[/#]/).at(-1) ?? '';
  return { name: textOf(name, 200) || fromId.slice(0, 200), aliases: textsOf(aliases) };
}

function purlOf(given: unknown): string | null {
  const named = objectOf(given);
  const candidates = [given, named['@id'], objectOf(named['identifiers'])['purl']];
  return candidates.map((each) => textOf(each, 500)).find((each) => each.startsWith('pkg:')) ?? null;
}

function nameOf(given: unknown): string {
  return textOf(given, 200) || textOf(objectOf(given)['@id'], 200) || 'without a name';
}
