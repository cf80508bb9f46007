import { severityOfWord } from '../advisories/severity-words.js';
import { maxPurlLength } from '../limits.js';
import { fieldOf, type JsonObject, listOf, textOf } from '../text/json-fields.js';
import { storableText } from '../text/storable-text.js';
import {
  componentOf,
  descriptionOf,
  distinctIds,
  fingerprintOf,
  firstLineOf,
  idIn,
  locationOf,
  placeOfComponent,
  referencesOf,
  remediationOf,
  textAt,
  titleOf,
} from './draft-fields.js';
import { emptyDraft, type FindingDraft } from './finding-draft.js';
import { purlOfListed } from './package-purl.js';
import { objectAt } from './report-reader.js';

/** What semgrep writes for a fingerprint where nobody is logged in: the same for all. */
const noFingerprint = 'requires login';

/**
 * A result of the command line; null for one without a rule. `ruleId` is the `check_id`, the fingerprint is as semgrep has it, also
 * where it says "requires login": PatchHound's exceptions name results by these. The place is the file with the fingerprint, which
 * survives edits around the code; without one, `findingsOfReport` counts.
 */
export function resultOf(result: JsonObject, field: string): FindingDraft | null {
  const ruleId = idIn(result, 'check_id');
  if (ruleId === '') return null;
  const extra = objectAt(result, 'extra', field) ?? {};
  const file = textOf(result, 'path');
  const message = textOf(extra, 'message');
  const fingerprint = fingerprintOf(fieldOf(extra, 'fingerprint'));
  const metadata = fieldOf(extra, 'metadata');
  return {
    ...emptyDraft,
    kind: 'sast',
    ruleId,
    severity: severityOfWord(fieldOf(extra, 'severity')),
    title: firstLineOf(message),
    target: storableText(file, maxPurlLength),
    place: placeOf(file, fingerprint === noFingerprint ? null : fingerprint),
    description: descriptionOf(message),
    remediation: remediationOf(textOf(extra, 'fix')),
    references: referencesOf([
      ...listOf(metadata, 'references'),
      fieldOf(metadata, 'shortlink'),
      fieldOf(metadata, 'source'),
    ]),
    location: locationOf(file, fieldOf(fieldOf(result, 'start'), 'line')),
    fingerprint,
  };
}

/** A finding as the platform's API has it (`GET /api/v1/deployments/…/findings`); null for one without a rule. */
export function platformFindingOf(finding: JsonObject, field: string): FindingDraft | null {
  const ruleId = idIn(finding, 'rule_name') || storableText(textAt(finding, 'rule', 'name'), maxPurlLength);
  if (ruleId === '') return null;
  const location = objectAt(finding, 'location', field);
  const file = textOf(location, 'file_path');
  const message = textOf(finding, 'rule_message');
  const fingerprint = fingerprintOf(fieldOf(finding, 'match_based_id'));
  return {
    ...emptyDraft,
    kind: 'sast',
    ruleId,
    severity: severityOfWord(fieldOf(finding, 'severity')),
    title: firstLineOf(message),
    target: storableText(file, maxPurlLength),
    place: placeOf(file, fingerprint),
    description: descriptionOf(message),
    remediation: remediationOf(textAt(finding, 'assistant', 'guidance', 'instructions')),
    references: referencesOf([fieldOf(finding, 'line_of_code_url')]),
    location: locationOf(file, fieldOf(location, 'line')),
    fingerprint,
  };
}

/**
 * A vulnerable dependency as the platform's API has it; null for one without a rule. The package's ecosystem is that of
 * the file it is listed in, as the advisory's may be another's (grpc's Ruby advisory for a Python requirement).
 */
export function dependencyOf(entry: JsonObject, field: string): FindingDraft | null {
  const advisory = objectAt(entry, 'advisory', field) ?? {};
  const ruleId = idIn(advisory, 'ruleId');
  if (ruleId === '') return null;
  const named = fieldOf(advisory, 'references');
  const ids = distinctIds(listOf(named, 'cveIds'));
  const dependency = fieldOf(entry, 'matchedDependency');
  const [name, version] = [textOf(dependency, 'name'), textOf(dependency, 'versionSpecifier')];
  const file = textAt(entry, 'dependencyFileLocation', 'path');
  const fixed = textAt(entry, 'closestSafeDependency', 'versionSpecifier');
  const component = componentOf(purlOfListed(file, name, version), name, version, fixed);
  return {
    ...emptyDraft,
    kind: 'vulnerability',
    vulnerabilityId: ids[0] ?? ruleId,
    aliases: ids.slice(1),
    severity: severityOfWord(fieldOf(advisory, 'severity')),
    title: titleOf(textOf(entry, 'title') || textOf(advisory, 'title')),
    component,
    target: storableText(file, maxPurlLength),
    place: placeOfComponent(component, file),
    description: descriptionOf(textOf(advisory, 'description')),
    references: referencesOf(listOf(named, 'urls')),
    location: locationOf(file, fieldOf(fieldOf(entry, 'dependencyFileLocation'), 'startLine')),
  };
}

/** What somebody set aside in semgrep, by a comment in the code or on its platform, or what is no longer there. */
export function isSuppressed(entry: JsonObject): boolean {
  if (fieldOf(fieldOf(entry, 'extra'), 'is_ignored') === true) return true;
  const status = textOf(entry, 'status') || textAt(entry, 'triage', 'status');
  return ['ignored', 'fixed', 'removed'].includes(status.toLowerCase());
}

function placeOf(file: string, fingerprint: string | null): string {
  return storableText(fingerprint === null ? file : `${file}#${fingerprint}`, maxPurlLength);
}
