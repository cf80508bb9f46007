import { beforeAll, describe, expect, it } from 'vitest';
import { readRepository, type Repository } from './repository.js';
import { format } from './rule.js';
import { rules } from './rules/index.js';
import { lengthsOf } from './rules/sizes.js';

/** A rule that sees nothing is always kept. These rise with the repository and never fall. */
const fewestFiles = 350;
const fewestImports = 1_300;
const fewestPackages = 22;

describe('this repository', () => {
  let repository: Repository;

  beforeAll(() => {
    repository = readRepository(process.cwd());
  });

  it('is seen as a whole', () => {
    const imports = repository.files.flatMap((file) => file.imports);
    const { median, p95 } = lengthsOf(repository);
    process.stdout.write(
      `${repository.packages.length} packages, ${repository.files.length} files, ${imports.length} imports; ` +
        `source files: median ${median} lines, 95th percentile ${p95}\n`,
    );
    expect(repository.packages.length).toBeGreaterThanOrEqual(fewestPackages);
    expect(repository.files.length).toBeGreaterThanOrEqual(fewestFiles);
    expect(imports.length).toBeGreaterThanOrEqual(fewestImports);
  });

  it.each(rules.map((rule) => [rule.name, rule] as const))('keeps the rule: %s', (_, rule) => {
    expect(rule.check(repository).map(format), rule.why).toEqual([]);
  });
});
