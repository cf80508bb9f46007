import { rateVector } from '../advisories/cvss.js';
import { severityOfWord } from '../advisories/severity-words.js';
import { maxPurlLength } from '../limits.js';
import { fieldOf, isObject, type JsonObject, listOf, textOf } from '../text/json-fields.js';
import { storableText } from '../text/storable-text.js';
import {
  componentOf,
  descriptionOf,
  distinctIds,
  locationOf,
  placeOfComponent,
  referencesOf,
  remediationOf,
  textAt,
  titleOf,
} from './draft-fields.js';
import { emptyDraft, type FindingDraft } from './finding-draft.js';
import { purlOfPackage } from './package-purl.js';
import { listAt, objectsAt } from './report-reader.js';

/** An advisory of npm 6: a finding for each installed version of its package. */
export function advisoryOf(advisory: JsonObject, field: string): FindingDraft[] {
  const name = textOf(advisory, 'module_name');
  const ids = idsOf(advisory, distinctIds(listOf(advisory, 'cves')));
  if (ids.length === 0) return [];
  const fixed = firstVersion(textOf(advisory, 'patched_versions'), '>=');
  return objectsAt(advisory, 'findings', field).map(([finding]) => {
    const paths = listOf(finding, 'paths').filter((path) => typeof path === 'string');
    return {
      ...draftOf(advisory, ids, { name, version: textOf(finding, 'version'), fixed, where: paths[0] ?? '' }),
      description: descriptionOf(textOf(advisory, 'overview')),
      remediation: remediationOf(textOf(advisory, 'recommendation')),
    };
  });
}

/**
 * A package of npm 7: a finding for each advisory about itself. What it has through others stands with them. The report has no
 * installed versions, only ranges, so that the purl has none either.
 */
export function vulnerabilityOf(entry: JsonObject, member: string, field: string): FindingDraft[] {
  const nodes = listOf(entry, 'nodes').filter((node) => typeof node === 'string');
  return listAt(entry, 'via', field)
    .filter(isObject)
    .flatMap((via) => {
      const ids = idsOf(via, []);
      if (ids.length === 0) return [];
      const name = textOf(via, 'dependency') || textOf(via, 'name') || textOf(entry, 'name') || member;
      // `>=7.0.0 <7.5.2`: what lies above the range is fixed.
      const fixed = firstVersion(textOf(via, 'range'), '<');
      const draft = draftOf(via, ids, { name, version: '', fixed, where: nodes[0] ?? '' });
      return [{ ...draft, remediation: remediationOf(fixOf(fieldOf(entry, 'fixAvailable'))) }];
    });
}

interface Installed {
  readonly name: string;
  readonly version: string;
  readonly fixed: string;
  /** Where in the tree of dependencies it is. */
  readonly where: string;
}

function draftOf(advisory: JsonObject, ids: readonly string[], installed: Installed): FindingDraft {
  const { name, version, fixed, where } = installed;
  const component = componentOf(purlOfPackage('npm', name, version), name, version, fixed);
  const rating = rateVector(textAt(advisory, 'cvss', 'vectorString'));
  const severity = severityOfWord(fieldOf(advisory, 'severity'));
  return {
    ...emptyDraft,
    kind: 'vulnerability',
    vulnerabilityId: ids[0]!,
    aliases: ids.slice(1),
    severity: severity === 'unknown' ? (rating?.severity ?? 'unknown') : severity,
    score: rating?.score ?? null,
    vector: rating?.vector ?? null,
    title: titleOf(textOf(advisory, 'title')),
    component,
    target: storableText(where, maxPurlLength),
    place: placeOfComponent(component, where),
    references: referencesOf([fieldOf(advisory, 'url'), ...linksIn(textOf(advisory, 'references'))]),
    location: where.startsWith('node_modules/') ? locationOf(where, null) : null,
  };
}

/** The CVEs, the GHSA that the record or its address names, else npm's own number. */
function idsOf(advisory: JsonObject, cves: readonly string[]): string[] {
  const ghsa = /GHSA(?:-[0-9a-z]{4}){3}/i.exec(
    `${textOf(advisory, 'github_advisory_id')} ${textOf(advisory, 'url')}`,
  )?.[0];
  // The letters behind the prefix are small wherever GitHub writes them.
  const ids = [...cves, ...(ghsa === undefined ? [] : [`GHSA${ghsa.slice(4).toLowerCase()}`])];
  const number = fieldOf(advisory, 'id') ?? fieldOf(advisory, 'source');
  const isNumber = typeof number === 'number' && Number.isSafeInteger(number);
  return ids.length === 0 && isNumber ? [`NPM-${number}`] : ids;
}

/** The version behind the last `>=` or `<` of a range; empty for ranges that end in none, and for "nothing is fixed" (`<0.0.0`). */
function firstVersion(range: string, operator: '>=' | '<'): string {
  const last = range.split('||').at(-1)!.trim();
  const pattern = operator === '<' ? /<(?!=)\s*([0-9][\w.+-]*)$/ : /^>=\s*([0-9][\w.+-]*)/;
  const version = pattern.exec(last)?.[1] ?? '';
  return version === '0.0.0' ? '' : version;
}

function fixOf(fix: unknown): string {
  if (fix === true) return 'npm audit fix';
  const [name, version] = [textOf(fix, 'name'), textOf(fix, 'version')];
  if (name === '') return '';
  return `Install ${name}@${version}${fieldOf(fix, 'isSemVerMajor') === true ? ', which is a breaking change' : ''}`;
}

/** Links of a text in Markdown. */
function linksIn(text: string): string[] {
  return [...text.slice(0, 10_000).matchAll(/https?:\/\/[^\s)>\]]+/g)].map(([link]) => link);
}
