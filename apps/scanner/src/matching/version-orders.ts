import { alpineOrder } from './versions/alpine.version-order.js';
import { bitnamiOrder } from './versions/bitnami.version-order.js';
import { debianOrder } from './versions/debian.version-order.js';
import { goOrder } from './versions/go.version-order.js';
import { mavenOrder } from './versions/maven.version-order.js';
import { nugetOrder } from './versions/nuget.version-order.js';
import { pypiOrder } from './versions/pypi.version-order.js';
import { rpmOrder } from './versions/rpm.version-order.js';
import { rubygemsOrder } from './versions/rubygems.version-order.js';
import { semverOrder } from './versions/semver.version-order.js';
import { compareText, type VersionOrder } from './versions/version-order.js';

/** By OSV ecosystem (ossf.github.io/osv-schema §affected[].package), without the release behind the colon. */
const orders: ReadonlyMap<string, VersionOrder> = new Map([
  ['npm', semverOrder],
  ['crates.io', semverOrder],
  ['Hex', semverOrder],
  ['Pub', semverOrder],
  ['SwiftURL', semverOrder],
  ['GitHub Actions', semverOrder],
  ['Go', goOrder],
  ['PyPI', pypiOrder],
  ['Maven', mavenOrder],
  ['RubyGems', rubygemsOrder],
  ['NuGet', nugetOrder],
  ['Bitnami', bitnamiOrder],
  ['Debian', debianOrder],
  ['Ubuntu', debianOrder],
  ['Alpine', alpineOrder],
  ['Wolfi', alpineOrder],
  ['Chainguard', alpineOrder],
  ['AlmaLinux', rpmOrder],
  ['Red Hat', rpmOrder],
  ['Rocky Linux', rpmOrder],
  ['SUSE', rpmOrder],
  ['openSUSE', rpmOrder],
  ['Mageia', rpmOrder],
  ['openEuler', rpmOrder],
]);

/** The order of an OSV ecosystem (`npm`, `Debian:12`, `AlmaLinux:8`), or null where we know none. */
export function versionOrderOf(ecosystem: string): VersionOrder | null {
  return orders.get(ecosystem.split(':', 1)[0]!) ?? null;
}

/** Below 0, 0 or above 0 as `a` is older than, the same as or newer than `b` there. Without an order, by text. */
export function compareVersions(ecosystem: string, a: string, b: string): number {
  return (versionOrderOf(ecosystem)?.compare ?? compareText)(a, b);
}
