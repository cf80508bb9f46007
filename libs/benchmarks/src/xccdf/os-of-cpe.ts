import type { OsInfo } from '../benchmark.js';
import { lineOf } from '../text.js';

/** The words of PatchMon's agent for families, by vendor of a CPE. */
const families: Readonly<Record<string, string>> = {
  canonical: 'ubuntu',
  redhat: 'rhel',
  opensuse: 'opensuse',
  suse: 'sles',
};

/** The operating system of a CPE, `cpe:/o:debian:debian_linux:12` or `cpe:2.3:o:…`; null for a CPE of anything else. */
export function osInfoOfCpe(cpe: string): OsInfo | null {
  const [, vendor, product, version] = /^cpe:(?:\/|2\.3:)o:([^:]+):([^:]+)(?::([^:]*))?/.exec(cpe) ?? [];
  if (vendor === undefined || product === undefined) return null;
  const hasVersion = version !== undefined && /^\d/.test(version);
  return {
    family: families[vendor] ?? lineOf(vendor),
    name: lineOf(product.replaceAll('_', ' ')),
    version: hasVersion ? lineOf(version) : null,
  };
}
