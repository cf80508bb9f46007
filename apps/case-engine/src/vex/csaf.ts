import { CsafProducts } from './csaf-products.js';
import { type JsonObject, listOf, objectOf, textOf, textsOf, timeOf } from './json-fields.js';
import {
  justificationOf,
  type Justification,
  type VexDocument,
  type VexStatement,
  type VexStatus,
} from './vex-document.js';

/** The product statuses of CSAF 2.0 (§3.2.3.9) in OpenVEX's words; `recommended` says nothing of a vulnerability. */
const statuses: Readonly<Record<string, VexStatus>> = {
  known_not_affected: 'not_affected',
  fixed: 'fixed',
  first_fixed: 'fixed',
  known_affected: 'affected',
  first_affected: 'affected',
  last_affected: 'affected',
  under_investigation: 'under_investigation',
};

/** Reads a CSAF 2.0 document of the profile VEX (§4.5). Gives a sentence where it is none. */
export function readCsaf(whole: JsonObject): VexDocument | string {
  const document = objectOf(whole['document']);
  const csafVersion = textOf(document['csaf_version'], 20);
  if (!/^2\.[01]$/.test(csafVersion)) return `CSAF ${csafVersion} is not read, only 2.0 and 2.1`;
  const category = textOf(document['category'], 100);
  if (category !== 'csaf_vex') {
    return `The CSAF document has the category "${category}"; only "csaf_vex" is a statement on what products are affected by`;
  }
  const publisher = objectOf(document['publisher']);
  const tracking = objectOf(document['tracking']);
  const products = new CsafProducts(objectOf(whole['product_tree']));
  const warnings: string[] = [];
  const statements = listOf(whole['vulnerabilities']).flatMap((each, index) => {
    const vulnerability = objectOf(each);
    const names = namesOf(vulnerability);
    if (names.length === 0) warnings.push(`/vulnerabilities/${index}: names no vulnerability`);
    return names.length === 0 ? [] : statementsOf(vulnerability, names, products, warnings);
  });
  return {
    format: 'csaf',
    author: textOf(publisher['name'], 200) || textOf(publisher['namespace'], 200),
    documentId: textOf(tracking['id'], 500),
    version: textOf(tracking['version'], 100),
    issuedAt: timeOf(tracking['current_release_date']),
    statements,
    warnings,
  };
}

function namesOf({ cve, ids }: JsonObject): string[] {
  const others = listOf(ids).map((each) => textOf(objectOf(each)['text'], 200));
  return [textOf(cve, 200), ...others].filter((each) => each !== '');
}

function statementsOf(
  vulnerability: JsonObject,
  [name, ...aliases]: readonly string[],
  products: CsafProducts,
  warnings: string[],
): VexStatement[] {
  const flags = byProduct(vulnerability['flags'], products, ({ label }) => justificationOf(label));
  const impacts = byProduct(vulnerability['threats'], products, ({ category, details }) =>
    category === 'impact' ? textOf(details) || null : null,
  );
  return Object.entries(objectOf(vulnerability['product_status'])).flatMap(([word, ids]) => {
    const status = statuses[word];
    if (status === undefined) return [];
    return textsOf(ids).flatMap((id): VexStatement[] => {
      const found = products.find(id);
      if (found === null) {
        warnings.push(`${name}: the product ${products.nameOf(id)} has no package URL`);
        return [];
      }
      const justification: Justification | null = (status === 'not_affected' && flags.get(id)) || null;
      const rest = { vulnerability: name!, aliases, status, justification, saidAt: null };
      return [{ ...rest, impact: (status === 'not_affected' && impacts.get(id)) || null, ...found }];
    });
  });
}

/** What flags or threats say, by the products that they name or whose groups they name. */
function byProduct<Said>(
  entries: unknown,
  products: CsafProducts,
  read: (entry: JsonObject) => Said | null,
): ReadonlyMap<string, Said> {
  const said = new Map<string, Said>();
  for (const entry of listOf(entries).map(objectOf)) {
    const value = read(entry);
    if (value === null) continue;
    for (const id of [...textsOf(entry['product_ids']), ...products.inGroups(textsOf(entry['group_ids']))]) {
      if (!said.has(id)) said.set(id, value);
    }
  }
  return said;
}
