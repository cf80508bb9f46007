import type { RunContext } from '@assay/contracts';
import { isPlainText, originFieldLengths } from '../../ingest/origin.js';
import type { Fields } from '../forms/read-fields.service.js';
import { badRequest } from '../patchhound.errors.js';

/** The file parts of a scan, by the names of their fields. */
export const scanFiles = ['sbom', 'sast_report', 'trivy_report', 'exclusions'] as const;
export type ScanFile = (typeof scanFiles)[number];

/** What must be there, with its label in the complaint, in the order of the complaint (`wire/patchhound.md` §2.2). */
const required = [
  ['sbom', 'SBOM file'],
  ['sast_report', 'sast report'],
  ['trivy_report', 'trivy report'],
  ['current_repo', 'current repo'],
  ['commit_sha', 'commit sha'],
  ['commit_author', 'commit author'],
] as const;

/** @throws AssayError `patchhound.bad-request` that names all that is missing */
export function mustBeComplete(
  fields: Fields,
  files: ReadonlyMap<string, { readonly content: { readonly size: number } }>,
): void {
  const missing = required.filter(([name]) => !fields[name] && (files.get(name)?.content.size ?? 0) === 0);
  if (missing.length > 0) throw badRequest(`Missing: ${missing.map(([, label]) => label).join(', ')}`);
}

/** What a scan says of its commit. `Null` is how the client says that it does not know. */
export function readCommit({ commit_sha = '', commit_author = '' }: Fields): {
  readonly commitSha: string | null;
  readonly commitAuthor: string | null;
} {
  if (commit_sha.length > originFieldLengths.commitSha || !isPlainText(commit_sha)) {
    throw badRequest(`commit sha must be text of at most ${originFieldLengths.commitSha} characters`);
  }
  const author = plain(commit_author, originFieldLengths.commitAuthor);
  return {
    commitSha: /^null$/i.test(commit_sha.trim()) ? null : commit_sha.trim(),
    commitAuthor: author === '' || author === '<>' ? null : author,
  };
}

/** Longest values and lists that are kept of what a client says about its tools. */
const maxTextLength = 500;
const maxEntries = 100;

/**
 * The context of a run. Whatever of it is malformed is as if it had not been said: none of it decides anything, and no
 * build should fail for it.
 */
export function readContext(
  fields: Fields,
  skipped: readonly string[],
  sealedUrl: string | null,
): Omit<RunContext, 'name'> {
  const versions = parsed(fields['tool_versions']);
  const root = parsed(fields['scan_root']);
  const failOn = plain(fields['fail_on_severity'] ?? '', 32);
  return {
    toolVersions: isObject(versions) ? toolVersionsOf(versions) : {},
    scanRoot: isObject(root) ? textOrNull(root['scan_root']) : null,
    rulesets: rulesetsOf(parsed(fields['sast_ruleset'])),
    skipped: [...skipped],
    failOn: failOn === '' ? null : failOn,
    notify: sealedUrl === null ? null : { sealedUrl },
  };
}

/** The webhook, if that is what it is: the client also sends empty texts and placeholders. */
export function readWebhook({ alert_system_webhook = '' }: Fields): string | null {
  const url = URL.canParse(alert_system_webhook) ? new URL(alert_system_webhook) : null;
  const isOne = url !== null && /^https?:$/.test(url.protocol) && alert_system_webhook.length <= 2_048;
  return isOne ? url.href : null;
}

/** `syft_version` is the version of `syft`. */
function toolVersionsOf(versions: Readonly<Record<string, unknown>>): Record<string, string> {
  const named = Object.entries(versions).slice(0, maxEntries);
  return Object.fromEntries(
    named.flatMap(([name, version]) => {
      const tool = plain(name.replace(/_version$/, ''), 100);
      const text = textOrNull(version);
      return tool === '' || text === null ? [] : [[tool, text]];
    }),
  );
}

/** `[""]` is what the client sends when it has not run semgrep. */
function rulesetsOf(given: unknown): Record<string, string[]> {
  if (!Array.isArray(given)) return {};
  const rulesets = given.slice(0, maxEntries).flatMap((each) => textOrNull(each) ?? []);
  return rulesets.length === 0 ? {} : { semgrep: rulesets };
}

function textOrNull(value: unknown): string | null {
  const text = typeof value === 'string' ? plain(value, maxTextLength) : '';
  return text === '' ? null : text;
}

/** Without control characters and halves of characters, which no store takes, cut to its longest length. */
function plain(text: string, maxLength: number): string {
  return text
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, '')
    .trim()
    .slice(0, maxLength)
    .toWellFormed();
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
