import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { EventContract } from './define-event.js';
import * as door from './index.js';
import { contractOf, registry } from './registry.js';

/** Every contract file of the package, as a path relative to `src`. */
const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.v\d+\.ts$/.test(path))
  .toSorted();

/** Where the contract of a type lives: `cases.exception.granted.v1` in `cases/exception-granted.v1.ts`. */
function fileOf({ domain, name }: EventContract): string {
  const [words, version] = name.split(/\.(?=v\d+$)/);
  return `${domain}/${words!.replaceAll('.', '-')}.${version}.ts`;
}

describe('the registry', () => {
  it('knows every contract file, and nothing that has none', () => {
    expect(files.length).toBeGreaterThanOrEqual(33);
    expect([...registry.values()].map(fileOf).toSorted()).toEqual(files);
  });

  it('does not know types of newer versions', () => {
    expect(contractOf('cases.gate.decided.v1')).toBe(door.gateDecidedV1);
    expect(contractOf('cases.gate.decided.v99')).toBeUndefined();
  });
});

describe('a stage that a receipt waits for', () => {
  it('is ended by one event, and judging by one for what is judged and one for statements on that', () => {
    const stages = [...new Set(Object.values(door.stagesToWaitFor).flat())];
    const endedBy = stages.map((stage) => [...registry.values()].filter((contract) => contract.stage === stage).length);
    expect(Object.fromEntries(stages.map((stage, index) => [stage, endedBy[index]]))).toEqual({
      index: 1,
      attest: 1,
      judge: 2,
      score: 1,
    });
  });
});

describe.each(files)('%s', (file) => {
  it('holds one event, named after it, and the package exports all of the file', async () => {
    const exported = Object.entries(
      (await import(/* @vite-ignore */ new URL(file, import.meta.url).href)) as Record<string, unknown>,
    );
    const contracts = exported.filter(([, value]) => [...registry.values()].includes(value as EventContract));
    expect(contracts).toHaveLength(1);
    const [[constant, contract]] = contracts as [[string, EventContract]];
    expect(fileOf(contract)).toBe(file);
    expect(constant).toMatch(new RegExp(`V${contract.name.split('.v').at(-1)}$`));
    expect(door).toMatchObject(Object.fromEntries(exported));
  });

  it('says in its doc comment who publishes the event and when', () => {
    const text = readFileSync(`${import.meta.dirname}/${file}`, 'utf8');
    expect(text).toMatch(/\/\*\*(?:\n \*)? Published by (?:(?!\*\/)[^])+\*\/\nexport const \w+V\d+ = defineEvent\(/);
  });
});
