/** One part of the run: a Vitest project, or a check that passes or fails as a whole. */
export interface Part {
  readonly name: string;
  readonly command: readonly string[];
  /** True for a Vitest project, which leaves a report. */
  readonly reports: boolean;
  /** After this it is ended and has failed. Together less than CI grants, the install included. */
  readonly limitMinutes: number;
  /** True if what follows makes no sense without it. */
  readonly essential?: boolean;
}

const aCheck = (name: string, command: string[]): Part => ({ name, command, reports: false, limitMinutes: 0.5 });

const aProject = (name: string, limitMinutes: number): Part => ({
  name,
  command: [
    'vitest',
    'run',
    `--project=${name}`,
    '--reporter=default',
    '--reporter=./tools/test-run/tally-reporter.ts',
    '--reporter=junit',
    `--outputFile.junit=test-results/${name}.xml`,
  ],
  reports: true,
  limitMinutes,
});

/** What `npm test` runs, in order: quick before slow, the build before what starts it. */
export const parts: readonly Part[] = [
  { ...aCheck('build', ['tsc', '-b', 'tsconfig.build.json']), limitMinutes: 1, essential: true },
  aCheck('format', ['prettier', '--check', '--log-level', 'warn', '.']),
  aCheck('lint', ['oxlint', '--deny-warnings', '.']),
  aCheck('types', ['tsc', '-p', 'tsconfig.check.json', '--noEmit']),
  aProject('architecture', 0.5),
  aProject('unit', 1.5),
  aProject('integration', 8),
  aProject('journeys', 11.5),
];
