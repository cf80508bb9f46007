import {
  maxDescriptionLength,
  maxFingerprintLength,
  maxNameLength,
  maxPurlLength,
  maxReferenceLength,
  maxReferences,
  maxRemediationLength,
  maxTitleLength,
  maxVersionLength,
} from '../limits.js';
import { placeOfPurl } from '../matching/component-place.js';
import { parsePurl } from '../matching/package-identity.js';
import { fieldOf, textOf } from '../text/json-fields.js';
import { storableText } from '../text/storable-text.js';
import type { DraftComponent, DraftLocation } from './finding-draft.js';

/**
 * The parts of a draft within their limits, whatever a report has there. They are lenient: a field of the wrong type is a
 * field that is not there. What holds findings together, lists and their entries, is not (`scanner.wrong-type`).
 */

/** An id of a rule or a flaw; empty if there is none. */
export function idIn(value: unknown, name: string): string {
  return storableText(textOf(value, name), maxTitleLength);
}

export function titleOf(text: string): string {
  return storableText(text.trim(), maxTitleLength);
}

/** The first line of a message that is a title and its explanation. */
export function firstLineOf(text: string): string {
  return titleOf(text.trim().split('\n', 1)[0]!);
}

export function descriptionOf(text: string): string {
  return storableText(text.trim(), maxDescriptionLength);
}

export function remediationOf(text: string): string {
  return storableText(text.trim(), maxRemediationLength);
}

/** Addresses of pages, in their order and each once: only what a browser may safely open. */
export function referencesOf(candidates: readonly unknown[]): string[] {
  const found = new Set<string>();
  for (const candidate of candidates) {
    if (found.size === maxReferences) break;
    if (typeof candidate !== 'string' || candidate.length > maxReferenceLength) continue;
    const address = candidate.trim();
    if (/^https?:\/\/[^\s<>"'`\\]+$/i.test(address) && URL.canParse(address))
      found.add(storableText(address, maxReferenceLength));
  }
  return [...found];
}

/** The place in a file; null without a file. A line that is no positive whole number is not known. */
export function locationOf(file: string, line: unknown): DraftLocation | null {
  if (file === '') return null;
  return { file: storableText(file, maxPurlLength), line: lineOf(line) };
}

/** The line as a positive whole number, also where it is written as text; else null. */
export function lineOf(line: unknown): number | null {
  const number = typeof line === 'string' && /^\d{1,9}$/.test(line) ? Number(line) : line;
  return typeof number === 'number' && Number.isInteger(number) && number > 0 && number < 2 ** 31 ? number : null;
}

export function fingerprintOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? storableText(value.trim(), maxFingerprintLength) : null;
}

/** Texts of a list, each once and within the length of an id; what is no text is left out. */
export function distinctIds(values: readonly unknown[]): string[] {
  const ids = values.filter((value) => typeof value === 'string' && value.trim() !== '').map(String);
  return [...new Set(ids.map((id) => storableText(id.trim(), maxTitleLength)))];
}

/** A component by what a report says of it; a purl that is none is left out. */
export function componentOf(purl: string, name: string, version: string, fixedVersion: string): DraftComponent {
  return {
    purl: purl === '' || parsePurl(purl) === null ? null : storableText(purl, maxPurlLength),
    name: storableText(name, maxNameLength),
    version: storableText(version, maxVersionLength),
    fixedVersion: fixedVersion === '' ? null : storableText(fixedVersion, maxVersionLength),
  };
}

/** The place of a component: what it is, and where only its name is known also the file it was found in. */
export function placeOfComponent({ purl, name, version }: DraftComponent, file: string): string {
  const place =
    purl === null ? [file, `${name}@${version}`].filter((part) => part !== '').join('#') : placeOfPurl(purl);
  return storableText(place, maxPurlLength);
}

/** What a tool looked at, free of what changes with each build: `app:4711` and `app@sha256:…` are `app`. */
export function imageWithoutTag(image: string): string {
  return storableText(image.replace(/@sha256:[0-9a-f]+$/i, '').replace(/:[\w][\w.-]*$/, ''), maxPurlLength);
}

/** The text at the end of a chain of members; empty where the chain breaks. */
export function textAt(value: unknown, ...names: readonly string[]): string {
  const parent = names.slice(0, -1).reduce<unknown>((object, name) => fieldOf(object, name), value);
  return textOf(parent, names.at(-1) ?? '');
}
