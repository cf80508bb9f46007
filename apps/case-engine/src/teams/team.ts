import { matchesRepository } from '@assay/identity';
import type { Uuid } from '@assay/kernel';

/** Who looks after which repositories. */
export interface Team {
  readonly id: Uuid;
  readonly slug: string;
  readonly name: string;
  /** Patterns of `org/repo`, as credentials have them: `acme/payments`, `acme/*`, `acme/**`. */
  readonly repositories: readonly string[];
  /** Channels of alerting by which the team wants to be told. */
  readonly channels: readonly Uuid[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A repository by the two names that patterns are about. */
export interface Repository {
  readonly org: string;
  readonly repo: string;
}

/**
 * The team that owns a repository: of several whose patterns cover it the one that says it most exactly, which is the one
 * with the most literal characters; of two alike the one whose slug comes first. Null where nobody owns it.
 */
export function teamOf(teams: readonly Team[], { org, repo }: Repository): Team | null {
  const name = nameOf({ org, repo });
  let best: { readonly team: Team; readonly exactness: number } | null = null;
  for (const team of teams.toSorted((one, other) => (one.slug < other.slug ? -1 : 1))) {
    for (const pattern of team.repositories) {
      const exactness = exactnessOf(pattern);
      if (exactness > (best?.exactness ?? -1) && matchesRepository(pattern, name)) best = { team, exactness };
    }
  }
  return best?.team ?? null;
}

/** Of these repositories those that the team owns. */
export function ownedBy<Found extends Repository>(
  team: Team,
  teams: readonly Team[],
  repositories: readonly Found[],
): Found[] {
  return repositories.filter((each) => teamOf(teams, each)?.id === team.id);
}

/** A pattern without wildcards beats every one with some. */
function exactnessOf(pattern: string): number {
  const literal = pattern.replaceAll('*', '').length;
  return pattern.includes('*') ? literal : Number.MAX_SAFE_INTEGER;
}

function nameOf({ org, repo }: Repository): string {
  return org === '' ? repo : `${org}/${repo}`;
}

/** A slug that follows from a name: lower case, hyphens; null where nothing of the name is left. */
export function slugOf(name: string): string | null {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 63)
    .replace(/-+$/, '');
  return slug === '' ? null : slug;
}
