import { describe, expect, it } from 'vitest';
import { aPackage, plant, type Tree } from './planted-repository.js';
import { format, type Rule } from './rule.js';
import { cycles } from './rules/cycles.js';
import { declaredDependencies } from './rules/declared-dependencies.js';
import { edges } from './rules/edges.js';
import { environment } from './rules/environment.js';
import { frontDoors } from './rules/front-doors.js';
import { rules } from './rules/index.js';
import { names } from './rules/names.js';
import { pureRules } from './rules/pure-rules.js';
import { references } from './rules/references.js';
import { lengthsOf, sizes } from './rules/sizes.js';
import { testPlaces } from './rules/test-places.js';
import { testsThatTest } from './rules/tests-that-test.js';

const broken = (rule: Rule, changes: Tree): string[] => rule.check(plant(changes)).map(format);

describe('a house in order', () => {
  it.each(rules.map((rule) => [rule.name, rule] as const))('keeps the rule: %s', (_, rule) => {
    expect(broken(rule, {})).toEqual([]);
  });
});

describe('edges', () => {
  it.each([
    ['apps/scanner/src/a.ts', `import { sign } from '@assay/signer';`, '@assay/signer', 'apps/scanner'],
    ['apps/scanner/src/a.ts', `import type { Key } from '@assay/signer';`, '@assay/signer', 'apps/scanner'],
    ['apps/scanner/src/a.ts', `type Key = import('@assay/signer').Key;`, '@assay/signer', 'apps/scanner'],
    ['apps/scanner/src/a.ts', `await import('@assay/signer');`, '@assay/signer', 'apps/scanner'],
    ['apps/scanner/src/a.ts', `export * from '@assay/platform';`, '@assay/platform', 'apps/scanner'],
    ['apps/scanner/src/a.ts', `import '@assay/embedded';`, '@assay/embedded', 'apps/scanner'],
    ['apps/scanner/test/a.int.spec.ts', `import '@assay/signer';`, '@assay/signer', 'apps/scanner'],
    ['libs/kernel/src/a.ts', `import '@assay/contracts';`, '@assay/contracts', 'libs/kernel'],
    ['libs/persistence/src/a.ts', `import '@assay/messaging';`, '@assay/messaging', 'libs/persistence'],
    ['libs/persistence/src/a.ts', `import '@assay/scanner';`, '@assay/scanner', 'libs/persistence'],
  ])('refuse, in %s, %s', (path, text, to, from) => {
    expect(broken(edges, { [path]: text })).toEqual([`${path}:1 imports ${to}, which ${from} may not know`]);
  });

  it('let a test start infrastructure', () => {
    expect(broken(edges, { 'libs/persistence/test/a.int.spec.ts': `import '@assay/testing';` })).toEqual([]);
  });

  it('ask for a place for every new package', () => {
    expect(broken(edges, aPackage('libs/stranger', {}))).toEqual([
      'libs/stranger has no place in tools/architecture/layers.ts; give it one',
    ]);
  });
});

describe('declared dependencies', () => {
  it.each([
    [`import { z } from 'zod';`, 'imports zod, which apps/signer/package.json does not declare'],
    [`import type { Pool } from 'pg';`, 'imports pg, which apps/signer/package.json does not declare'],
    [`import '@nestjs/common/x';`, 'imports @nestjs/common, which apps/signer/package.json does not declare'],
    [`import { it } from 'vitest';`, 'imports vitest, which apps/signer/package.json does not declare'],
    [`import { join } from 'path';`, 'imports path; write node:path'],
  ])('refuse %s', (text, message) => {
    expect(broken(declaredDependencies, { 'apps/signer/src/a.ts': text })).toEqual([
      `apps/signer/src/a.ts:1 ${message}`,
    ]);
  });

  it('hold for files outside any package too', () => {
    expect(broken(declaredDependencies, { 'bench/a.ts': `import 'autocannon'; import 'typeorm';` })).toEqual([
      'bench/a.ts:1 imports autocannon, which package.json does not declare',
    ]);
  });
});

describe('front doors', () => {
  it.each([
    [`import '@assay/kernel/src/ids.js';`, 'imports @assay/kernel/src/ids.js, which libs/kernel does not export'],
    [`import '../../../libs/kernel/src/ids.js';`, 'reaches into libs/kernel; import @assay/kernel'],
  ])('are not gone round by %s', (text, message) => {
    expect(broken(frontDoors, { 'apps/signer/src/a.ts': text })).toEqual([`apps/signer/src/a.ts:1 ${message}`]);
  });
});

describe('references', () => {
  it('that are missing or too many are named', () => {
    expect(
      broken(references, {
        'apps/scanner/tsconfig.json': { references: [{ path: '../../libs/kernel' }, { path: '../signer' }] },
      }),
    ).toEqual([
      'apps/scanner/tsconfig.json does not reference libs/persistence, which package.json declares',
      'apps/scanner/tsconfig.json references apps/signer, which package.json does not declare',
    ]);
  });

  it('of the build list every package', () => {
    expect(broken(references, aPackage('apps/audit', {}))).toEqual(['tsconfig.build.json does not list apps/audit']);
  });
});

describe('pure rules', () => {
  const rule = 'apps/scanner/src/matching/match.ts';

  it.each([
    [`import { Injectable } from '@nestjs/common';`, '@nestjs/common'],
    [`import type { DataSource } from 'typeorm';`, 'typeorm'],
    [`import { Transactions } from '@assay/persistence';`, '@assay/persistence'],
  ])('refuse %s', (text, name) => {
    expect(broken(pureRules, { [rule]: text })).toEqual([
      `${rule}:1 imports ${name}; a rule file knows no framework (give the file a role, or move the rule out)`,
    ]);
  });

  it('refuse a framework behind another file', () => {
    expect(
      broken(pureRules, {
        [rule]: `import { load } from './order.js';`,
        'apps/scanner/src/matching/order.ts': `import { rows } from './order.store.js';`,
        'apps/scanner/src/matching/order.store.ts': `import { Pool } from 'pg';`,
      }),
    ).toEqual([
      `${rule}:1 loads a framework through apps/scanner/src/matching/order.ts → apps/scanner/src/matching/order.store.ts → pg`,
      'apps/scanner/src/matching/order.ts:1 loads a framework through apps/scanner/src/matching/order.store.ts → pg',
    ]);
  });

  it('leave files with a role and migrations alone', () => {
    const text = `import { DataSource } from 'typeorm';`;
    const paths = ['matching/match.service.ts', 'migrations/0001-matches.ts', 'main.ts'];
    expect(broken(pureRules, Object.fromEntries(paths.map((path) => [`apps/scanner/src/${path}`, text])))).toEqual([]);
  });
});

describe('the environment', () => {
  const path = 'apps/scanner/src/a.ts';

  it.each([
    'const port = process.env.PORT;',
    `const port = process['env'].PORT;`,
    'const { env } = process;',
    `import { env } from 'node:process';`,
    `import process from 'node:process';`,
  ])('is not read by %s', (text) => {
    expect(broken(environment, { [path]: text })).toEqual([`${path}:1 reads process.env outside a *.env.ts file`]);
  });

  it('may be read by what is not the product', () => {
    const paths = ['bench/a.ts', 'tools/a.ts', 'apps/scanner/test/a.int.spec.ts', 'apps/web/vite.config.ts'];
    expect(broken(environment, Object.fromEntries(paths.map((each) => [each, 'process.env.CI']))).length).toBe(0);
  });
});

describe('cycles', () => {
  it('are shown from end to end', () => {
    expect(
      broken(cycles, {
        'libs/kernel/src/a.ts': `import { b } from './b.js';`,
        'libs/kernel/src/b.ts': `export { c } from './c.js';`,
        'libs/kernel/src/c.ts': `import { a } from './a.js';`,
      }),
    ).toEqual([
      'libs/kernel/src/a.ts is part of a cycle: ' +
        'libs/kernel/src/a.ts → libs/kernel/src/b.ts → libs/kernel/src/c.ts → libs/kernel/src/a.ts',
    ]);
  });

  it('of types alone are none', () => {
    expect(
      broken(cycles, {
        'libs/kernel/src/a.ts': `import type { B } from './b.js';`,
        'libs/kernel/src/b.ts': `import { a } from './a.js';`,
      }),
    ).toEqual([]);
  });
});

describe('sizes', () => {
  const long = 'export {};\n'.repeat(401);

  it('over the limit are told, except where lists live', () => {
    expect(
      broken(sizes, {
        'apps/scanner/src/a.ts': long,
        'apps/scanner/src/migrations/0001-a.ts': long,
        'libs/contracts/src/a.ts': long,
      }),
    ).toEqual(['apps/scanner/src/a.ts has 401 lines; at most 400']);
  });

  it('are summed up without tests', () => {
    expect(lengthsOf(plant({ 'apps/scanner/src/a.spec.ts': long })).p95).toBe(0);
    expect(lengthsOf(plant({ 'apps/scanner/src/a.ts': long })).p95).toBe(0);
  });
});

describe('names', () => {
  it.each([
    ['apps/scanner/src/string-utils.ts', 'apps/scanner/src/string-utils.ts is called "utils"; say what it does'],
    ['apps/scanner/src/case.manager.ts', 'apps/scanner/src/case.manager.ts is called "manager"; say what it does'],
    ['apps/scanner/src/common/a.ts', 'apps/scanner/src/common is called "common"; say what it does'],
    ['apps/scanner/src/caseStore.ts', 'apps/scanner/src/caseStore.ts is not kebab-case'],
    ['apps/scanner/src/case_store.ts', 'apps/scanner/src/case_store.ts is not kebab-case'],
  ])('like %s are refused', (path, message) => {
    expect(broken(names, { [path]: '' })).toEqual([message]);
  });

  it.each(['database.ts', 'data-source.ts', 'scan-completed.v1.ts', '0001-base-image.ts'])(
    'like %s are fine',
    (name) => {
      expect(broken(names, { [`apps/scanner/src/${name}`]: '' })).toEqual([]);
    },
  );
});

describe('tests', () => {
  it.each([
    ['apps/scanner/src/a.int.spec.ts', 'libs/*/test or apps/*/test'],
    ['apps/scanner/a.e2e.spec.ts', 'test/journeys'],
    ['apps/scanner/test/a.spec.ts', 'src, beside the file it tests'],
    ['apps/scanner/test/a.contract.ts', 'src, beside the store it describes'],
    ['apps/scanner/src/a.test.ts', 'a file that ends in .spec.ts'],
  ])('like %s belong into %s', (path, where) => {
    expect(broken(testPlaces, { [path]: '' })).toEqual([`${path} belongs into ${where}`]);
  });

  const spec = 'libs/kernel/src/a.spec.ts';

  it.each([
    [`it('x', () => {});`, 'expects nothing'],
    [`it.only('x', () => { expect(1).toBe(1); });`, 'lets only this test run'],
    [`describe.only.each([1])('x', () => { expect.soft(1).toBe(1); });`, 'lets only this test run'],
  ])('like %s are refused', (text, message) => {
    expect(broken(testsThatTest, { [spec]: text })).toEqual([expect.stringContaining(message)]);
  });

  it('may leave the expecting to a contract', () => {
    expect(broken(testsThatTest, { [spec]: `import { contract } from './a.contract.js'; contract();` })).toEqual([]);
  });
});
