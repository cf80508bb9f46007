import { type JsonObject, listOf, objectOf, textOf, timeOf } from './json-fields.js';
import { parsePurl, withVersion } from './purl.js';
import type { Justification, VexDocument, VexStatement, VexStatus } from './vex-document.js';

/** States of an analysis (CycloneDX 1.4 and later, `impactAnalysisState`) in OpenVEX's words. */
const states: Readonly<Record<string, VexStatus>> = {
  not_affected: 'not_affected',
  false_positive: 'not_affected',
  resolved: 'fixed',
  resolved_with_pedigree: 'fixed',
  exploitable: 'affected',
  in_triage: 'under_investigation',
};

/** `impactAnalysisJustification`, as the OpenVEX specification pairs them. */
const justifications: Readonly<Record<string, Justification>> = {
  code_not_present: 'vulnerable_code_not_present',
  code_not_reachable: 'vulnerable_code_not_in_execute_path',
  requires_configuration: 'vulnerable_code_cannot_be_controlled_by_adversary',
  requires_dependency: 'component_not_present',
  requires_environment: 'vulnerable_code_cannot_be_controlled_by_adversary',
  protected_by_compiler: 'inline_mitigations_already_exist',
  protected_at_runtime: 'inline_mitigations_already_exist',
  protected_at_perimeter: 'inline_mitigations_already_exist',
  protected_by_mitigating_control: 'inline_mitigations_already_exist',
};

/** Reads the vulnerabilities of a CycloneDX document that have an analysis. Gives a sentence where it is no VEX. */
export function readCycloneDxVex(document: JsonObject, digest: string): VexDocument | string {
  if (!Array.isArray(document['vulnerabilities'])) {
    return 'The CycloneDX document has no vulnerabilities: it is a bill of materials, to be sent as one';
  }
  const metadata = objectOf(document['metadata']);
  const purls = purlsOf(document);
  const warnings: string[] = [];
  return {
    format: 'cyclonedx',
    author: authorOf(metadata),
    documentId: textOf(document['serialNumber'], 500) || digest,
    version: String(document['version'] ?? 1),
    issuedAt: timeOf(metadata['timestamp']),
    statements: listOf(document['vulnerabilities']).flatMap((each) => statementsOf(objectOf(each), purls, warnings)),
    warnings,
  };
}

function authorOf(metadata: JsonObject): string {
  const people = listOf(metadata['authors']).map((each) => objectOf(each)['name']);
  const firms = ['supplier', 'manufacturer', 'manufacture'].map((field) => objectOf(metadata[field])['name']);
  const component = objectOf(metadata['component']);
  const names = [
    ...firms,
    ...people,
    component['publisher'],
    objectOf(component['supplier'])['name'],
    component['name'],
  ];
  return names.map((each) => textOf(each, 200)).find((each) => each !== '') ?? '';
}

/** Package URLs of everything that the document describes, by what it is referred to. */
function purlsOf(document: JsonObject): ReadonlyMap<string, string> {
  const purls = new Map<string, string>();
  const left = [objectOf(document['metadata'])['component'], ...listOf(document['components'])];
  for (let next = left.pop(); left.length > 0 || next !== undefined; next = left.pop()) {
    const component = objectOf(next);
    const [ref, purl] = [textOf(component['bom-ref'], 500), textOf(component['purl'], 500)];
    if (ref !== '' && purl.startsWith('pkg:')) purls.set(ref, purl);
    left.push(...listOf(component['components']));
  }
  return purls;
}

function statementsOf(
  vulnerability: JsonObject,
  purls: ReadonlyMap<string, string>,
  warnings: string[],
): VexStatement[] {
  const name = textOf(vulnerability['id'], 200);
  const analysis = objectOf(vulnerability['analysis']);
  const status = states[textOf(analysis['state'])];
  if (name === '' || status === undefined) {
    warnings.push(`${name || 'A vulnerability without id'}: has no state of analysis`);
    return [];
  }
  const aliases = listOf(vulnerability['references']).map((each) => textOf(objectOf(each)['id'], 200));
  const rest = {
    vulnerability: name,
    aliases: aliases.filter((each) => each !== ''),
    justification: justifications[textOf(analysis['justification'])] ?? null,
    impact: textOf(analysis['detail']) || null,
    saidAt: timeOf(analysis['lastUpdated']) ?? timeOf(vulnerability['updated']),
    component: null,
  };
  return listOf(vulnerability['affects']).flatMap((each): VexStatement[] => {
    const affected = objectOf(each);
    const ref = textOf(affected['ref'], 500);
    const purl = resolve(ref, purls);
    const parsed = purl === null ? null : parsePurl(purl);
    if (purl === null || parsed === null) {
      warnings.push(`${name}: ${ref || 'a product without a reference'} leads to no package URL`);
      return [];
    }
    const versions = listOf(affected['versions']).map(objectOf);
    if (versions.length === 0) return [{ ...rest, status, product: purl }];
    return versions.flatMap((entry) => {
      const version = textOf(entry['version'], 200);
      if (version === '') warnings.push(`${name}: a range of versions of ${ref} cannot be used, only versions`);
      if (version === '') return [];
      const product = parsed.version === null ? withVersion(parsed, version) : purl;
      if (parsed.version !== null && parsed.version !== version) return [];
      return [{ ...rest, status: statusOfVersion(entry['status'], status), product }];
    });
  });
}

/** A version is affected unless it says otherwise (CycloneDX `affectedStatus`). */
function statusOfVersion(given: unknown, status: VexStatus): VexStatus {
  if (given === 'unaffected') return status === 'fixed' ? 'fixed' : 'not_affected';
  return given === 'unknown' ? 'under_investigation' : 'affected';
}

/** A reference within the document, a package URL, or a BOM-Link (`urn:cdx:serial/version#ref`) to one of the two. */
function resolve(ref: string, purls: ReadonlyMap<string, string>): string | null {
  const fragment = ref.startsWith('urn:') ? ref.slice(ref.indexOf('#') + 1) : ref;
  for (const each of [ref, fragment, decoded(fragment)]) {
    const purl = purls.get(each) ?? (each.startsWith('pkg:') ? each : undefined);
    if (purl !== undefined) return purl;
  }
  return null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
