import type { Advisory } from '../advisories/advisory.js';
import { affectsAny, type Verdict } from './affects.js';
import type { PackageIdentity } from './package-identity.js';
import { packageKeyOf } from './package-key.js';

/** What this advisory says about this package. A withdrawn advisory says nothing any more. */
export function matchAdvisory(advisory: Advisory, identity: PackageIdentity): Verdict {
  if (advisory.withdrawn !== null) return { affected: false, fixedVersion: null };
  const key = packageKeyOf(identity.ecosystem, identity.name);
  return affectsAny(
    advisory.affected.filter((entry) => entry.packageKey === key),
    identity.version,
  );
}
