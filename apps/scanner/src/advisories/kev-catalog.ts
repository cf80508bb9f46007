import { pickElementBatches } from '@assay/documents';
import { maxDescriptionLength, maxTitleLength } from '../limits.js';
import type { KevMark } from '../vulnerabilities/vulnerability.js';
import { refuse } from '../scanner.errors.js';
import { textOf } from '../text/json-fields.js';
import { storableText } from '../text/storable-text.js';

/** One entry of CISA's catalogue of vulnerabilities that are known to be exploited. */
export interface KevEntry {
  readonly cveId: string;
  /** The catalogue's fields by their names there; days as `YYYY-MM-DD`, a missing day of addition is the empty text. */
  readonly mark: KevMark;
}

/** The catalogue: its version, the moment of its release (empty where it does not say) and entries, and how many entries had to be passed over because they name no CVE. */
export interface KevCatalog {
  readonly version: string;
  readonly released: string;
  readonly entries: readonly KevEntry[];
  readonly refused: number;
}

/**
 * Reads `known_exploited_vulnerabilities.json` (schema: cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities_schema.json)
 * from a stream of UTF-8 bytes. An entry that stands there twice counts once, the last one. Throws what `@assay/documents`
 * throws, and `scanner.feed-not-recognised` for any other document: an empty catalogue would clear every mark.
 */
export async function readKevCatalog(source: AsyncIterable<Uint8Array>): Promise<KevCatalog> {
  const entries = new Map<string, KevEntry>();
  let [version, released] = ['', ''];
  let refused = 0;
  for await (const batch of pickElementBatches(source, ['catalogVersion', 'dateReleased', 'vulnerabilities.*'])) {
    for (const { path, value } of batch) {
      if (path === 'catalogVersion' && typeof value === 'string') version = storableText(value, maxTitleLength);
      if (path === 'dateReleased' && typeof value === 'string') released = storableText(value, maxTitleLength);
      if (path !== 'vulnerabilities.*') continue;
      const entry = entryOf(value);
      if (entry === null) refused += 1;
      else entries.set(entry.cveId, entry);
    }
  }
  if (version === '' || entries.size === 0) {
    throw refuse(
      'scanner.feed-not-recognised',
      '$',
      'is no KEV catalogue with a "catalogVersion" and "vulnerabilities"',
    );
  }
  return { version, released, entries: [...entries.values()], refused };
}

function entryOf(value: unknown): KevEntry | null {
  const cveId = textOf(value, 'cveID');
  if (!/^CVE-\d{4}-\d{4,19}$/.test(cveId)) return null;
  const text = (name: string): string => storableText(textOf(value, name), maxDescriptionLength);
  const mark: KevMark = {
    cveID: cveId,
    vendorProject: text('vendorProject'),
    product: text('product'),
    vulnerabilityName: text('vulnerabilityName'),
    dateAdded: dayOf(textOf(value, 'dateAdded')) ?? '',
    shortDescription: text('shortDescription'),
    requiredAction: text('requiredAction'),
    dueDate: dayOf(textOf(value, 'dueDate')),
    knownRansomwareCampaignUse: text('knownRansomwareCampaignUse'),
    notes: text('notes'),
  };
  return { cveId, mark };
}

function dayOf(text: string): string | null {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : null;
}
