import type { Repository } from '../repository.js';
import type { Rule, Violation } from '../rule.js';
import { isPureRule, packageNameOf } from '../paths.js';
import type { SourceFile } from '../source-file.js';

/** What reaches outside the process or wires things together. */
const frameworks = [
  /^@nestjs\//,
  /^@fastify\//,
  /^@nats-io\//,
  /^@assay\/(artifacts|jobs|messaging|persistence|service-host)$/,
  /^(class-transformer|class-validator|fastify|minio|pg|pg-boss|typeorm)$/,
];

/** Rules are pure: directly they import no framework, not even a type of one, and none is loaded behind them. */
export const pureRules: Rule = {
  name: 'rule files import no framework',
  why: 'A rule that needs a database to be tested is tested rarely, and changes with every upgrade.',
  check: (repository) =>
    repository.files
      .filter(({ path }) => isPureRule(path))
      .flatMap((file) => [...direct(file), ...behind(repository, file)]),
};

function isFramework(specifier: string): boolean {
  const name = packageNameOf(specifier);
  return name !== undefined && frameworks.some((pattern) => pattern.test(name));
}

function direct({ path, imports }: SourceFile): Violation[] {
  return imports
    .filter(({ specifier, typeOnly }) => isFramework(specifier) && !(typeOnly && specifier.startsWith('@assay/')))
    .map(({ specifier, line }) => ({
      file: path,
      line,
      message: `imports ${specifier}; a rule file knows no framework (give the file a role, or move the rule out)`,
    }));
}

function behind(repository: Repository, file: SourceFile): Violation[] {
  return file.imports.flatMap((wanted) => {
    const next = wanted.typeOnly ? undefined : repository.resolve(file, wanted);
    const trail = next && trailToFramework(repository, next, new Set([file.path]));
    if (!trail) return [];
    return [{ file: file.path, line: wanted.line, message: `loads a framework through ${trail.join(' → ')}` }];
  });
}

function trailToFramework(repository: Repository, file: SourceFile, seen: Set<string>): string[] | undefined {
  if (seen.has(file.path)) return undefined;
  seen.add(file.path);
  for (const wanted of file.imports.filter(({ typeOnly }) => !typeOnly)) {
    if (isFramework(wanted.specifier)) return [file.path, wanted.specifier];
    const next = repository.resolve(file, wanted);
    const trail = next && trailToFramework(repository, next, seen);
    if (trail) return [file.path, ...trail];
  }
  return undefined;
}
