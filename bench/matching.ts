/** Shown, not promised: what reading an SBOM and matching it costs the processor alone, without a database or a disk. */
import { bench, demand, type Reporter } from './support/bench.js';
import { rounded, spreadOf } from './support/figures.js';
import { optionsOf } from './support/options.js';

const options = optionsOf({ sboms: 20, rounds: 10, warmup: 3 });

interface Component {
  readonly purl: string | null;
  readonly identity: object | null;
}

/**
 * The scanner's rules and the readers of its fixtures. They have no door to the outside, and a measurement is no reason to
 * make one; they are loaded by path, and what is used of them is written down here.
 */
interface Rules {
  readSbom(source: AsyncIterable<Uint8Array>, sink: (components: readonly Component[]) => void): Promise<unknown>;
  readSeed(wanted: (file: string) => boolean): Promise<{ readonly index: object }>;
  idsMatching(index: object, identity: object): string[];
  fixtureText(path: string): string;
}

async function scannerRules(): Promise<Rules> {
  const files = ['src/sboms/read-sbom.ts', 'test/support/seed-advisories.ts', 'test/support/fixtures.ts'];
  const load = (file: string): Promise<object> => import(new URL(`../apps/scanner/${file}`, import.meta.url).href);
  return Object.assign({}, ...(await Promise.all(files.map(load)))) as Rules;
}

/** Where we and the reference matcher differ, and `ground-truth.spec.ts` of the scanner says why. Not taken here. */
const errata =
  /example_upstream|B67E38F00200413|grafana_grafana|hashicorp_terraform\/trivy|rancher_shell\/trivy|spdx-redis/;

interface Sbom {
  readonly name: string;
  readonly bytes: Buffer;
  /** `purl advisory`, sorted. */
  readonly expected: readonly string[];
}

function sbomsOf(rules: Rules): Sbom[] {
  const expected = new Map<string, Set<string>>();
  for (const line of rules.fixtureText('ground-truth/reference-matches.jsonl.gz').trim().split('\n')) {
    const { sbom, purl, advisory } = JSON.parse(line) as Record<'sbom' | 'purl' | 'advisory', string>;
    expected.set(sbom, (expected.get(sbom) ?? new Set()).add(`${purl} ${advisory}`));
  }
  return [...expected]
    .filter(([name]) => !errata.test(name))
    .slice(0, options.sboms)
    .map(([name, matches]) => ({
      name,
      bytes: Buffer.from(rules.fixtureText(name)),
      expected: [...matches].toSorted(),
    }));
}

/** In chunks of 64 KiB, as the artifact store gives them. */
async function* chunksOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

async function matchesOf(
  rules: Rules,
  index: object,
  { bytes }: Sbom,
): Promise<{ components: number; found: string[] }> {
  const found = new Set<string>();
  let components = 0;
  await rules.readSbom(chunksOf(bytes), (batch) => {
    components += batch.length;
    for (const { purl, identity } of batch) {
      for (const id of identity === null ? [] : rules.idsMatching(index, identity)) found.add(`${purl} ${id}`);
    }
  });
  return { components, found: [...found].toSorted() };
}

async function measure(say: Reporter): Promise<void> {
  const rules = await scannerRules();
  const { index } = await rules.readSeed((file) => !file.includes('npm'));
  const sboms = sbomsOf(rules);
  const tookMs: number[] = [];
  let [components, matches] = [0, 0];
  for (let round = 0; round < options.warmup + options.rounds; round += 1) {
    for (const sbom of sboms) {
      const begun = process.cpuUsage();
      const result = await matchesOf(rules, index, sbom);
      const { user, system } = process.cpuUsage(begun);
      const right = result.found.join('\n') === sbom.expected.join('\n');
      demand(right, `${sbom.name} has ${result.found.length} matches, the reference ${sbom.expected.length}`);
      if (round < options.warmup) continue;
      tookMs.push((user + system) / 1000);
      components += result.components;
      matches += result.found.length;
    }
  }
  const kilobytes = sboms.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1000;
  const seconds = tookMs.reduce((sum, ms) => sum + ms, 0) / 1000;
  say.fact('SBOMs', `${sboms.length} real ones, ${rounded(kilobytes / sboms.length)} KB each on average`);
  say.fact('rounds', `${options.rounds}, after ${options.warmup} to warm up`);
  say.fact('components per SBOM', rounded(components / tookMs.length));
  say.fact('matches per SBOM', `${rounded(matches / tookMs.length)}, those of the reference matcher exactly`);
  say.spread('processor time per SBOM', spreadOf(tookMs));
  say.fact('SBOMs per second of one core', rounded(tookMs.length / seconds));
  say.fact('components per second of one core', rounded(components / seconds));
}

await bench('Reading and matching SBOMs', measure);
