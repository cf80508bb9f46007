import { z } from 'zod';
import { isPlainText } from '../ingest/origin.js';
import type { ChangeNews, Forge, Headers } from './change-hook.js';

const name = z.string().min(1).max(400).refine(isPlainText);
const number = z.number().int().nonnegative();
const sha = z.string().max(80).refine(isPlainText).nullish();

/** What we read of GitHub's `pull_request` event; Gitea and Forgejo send the same fields. */
const pullRequestEvent = z.object({
  action: z.string(),
  number,
  pull_request: z.object({
    merged: z.boolean().nullish(),
    merge_commit_sha: sha,
    /** Gitea's name for it in its API; older versions send only this one. */
    merged_commit_id: sha,
    updated_at: z.iso.datetime({ offset: true }).nullish(),
    closed_at: z.iso.datetime({ offset: true }).nullish(),
    merged_at: z.iso.datetime({ offset: true }).nullish(),
  }),
  repository: z.object({ full_name: name }),
});

/** What we read of GitLab's merge request event. */
const mergeRequestEvent = z.object({
  object_kind: z.literal('merge_request'),
  project: z.object({ path_with_namespace: name }),
  object_attributes: z.object({
    action: z.string().optional(),
    iid: number,
    merge_commit_sha: sha,
    updated_at: z.string().nullish(),
  }),
});

/** What the delivery is about: `pull_request`, `ping`, `Merge Request Hook`. */
const eventHeader: Readonly<Record<Forge, string>> = {
  github: 'x-github-event',
  gitlab: 'x-gitlab-event',
  gitea: 'x-gitea-event',
};
const followed: Readonly<Record<Forge, string>> = {
  github: 'pull_request',
  gitlab: 'Merge Request Hook',
  gitea: 'pull_request',
};

/**
 * What a delivery says of a change; null where it speaks of something else.
 * @param received taken for the time of what the forge dates not at all
 * @throws ZodError for what says it is such an event and does not look like one
 */
export function readChangeNews(forge: Forge, headers: Headers, payload: unknown, received: Date): ChangeNews | null {
  if (headers[eventHeader[forge]] !== followed[forge]) return null;
  return forge === 'gitlab' ? ofMergeRequest(payload, received) : ofPullRequest(payload, received);
}

function ofPullRequest(payload: unknown, received: Date): ChangeNews | null {
  const { action, number: prId, pull_request: pull, repository } = pullRequestEvent.parse(payload);
  if (action !== 'closed' && action !== 'reopened') return null;
  const merged = action === 'closed' && pull.merged === true;
  const said = action === 'closed' ? (pull.closed_at ?? pull.merged_at ?? pull.updated_at) : pull.updated_at;
  return {
    ...placeOf(repository.full_name),
    prId: String(prId),
    what: action === 'reopened' ? 'reopened' : merged ? 'merged' : 'abandoned',
    mergeCommitSha: merged ? (pull.merge_commit_sha ?? pull.merged_commit_id ?? null) : null,
    at: timeOf(said) ?? received,
  };
}

const mergeRequestActions: Readonly<Record<string, ChangeNews['what']>> = {
  merge: 'merged',
  close: 'abandoned',
  reopen: 'reopened',
};

function ofMergeRequest(payload: unknown, received: Date): ChangeNews | null {
  const { project, object_attributes: attributes } = mergeRequestEvent.parse(payload);
  const what = Object.hasOwn(mergeRequestActions, attributes.action ?? '')
    ? mergeRequestActions[attributes.action!]!
    : null;
  if (what === null) return null;
  return {
    ...placeOf(project.path_with_namespace),
    prId: String(attributes.iid),
    what,
    mergeCommitSha: what === 'merged' ? (attributes.merge_commit_sha ?? null) : null,
    at: timeOf(attributes.updated_at) ?? received,
  };
}

/** GitLab writes `2026-11-18 10:02:11 UTC`, newer versions and the others RFC 3339, which knows years of four digits. */
function timeOf(text: string | null | undefined): Date | null {
  if (text == null) return null;
  const time = new Date(text.replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$/, '$1T$2Z'));
  const year = time.getUTCFullYear();
  return year >= 0 && year <= 9_999 ? time : null;
}

/** Subgroups belong to the organisation, as in origins. */
function placeOf(fullName: string): { org: string; repo: string } {
  const slash = fullName.lastIndexOf('/');
  return { org: slash < 0 ? '' : fullName.slice(0, slash), repo: fullName.slice(slash + 1) };
}
