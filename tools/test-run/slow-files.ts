/**
 * Test files that take longer than 20 s, the longest first. Vitest goes by the sizes of files until it has seen how long they take,
 * which on CI it never has, and these are small.
 */
export const slowFiles: readonly string[] = [
  'test/journeys/nothing-is-lost.e2e.spec.ts',
  'test/journeys/the-main-job.e2e.spec.ts',
  'test/journeys/the-broker-forgot.e2e.spec.ts',
  'test/journeys/rescan.e2e.spec.ts',
  'apps/case-engine/test/rescans.int.spec.ts',
  'libs/jobs/test/periodic-jobs.int.spec.ts',
  'apps/audit/test/altered-log.int.spec.ts',
  'libs/artifacts/test/s3-driver.int.spec.ts',
];

/** The files with the slow ones first, in the order of their list; the others stay in theirs. */
export function slowFirst<File>(files: readonly File[], pathOf: (file: File) => string): File[] {
  const place = (file: File): number => {
    const at = slowFiles.findIndex((slow) => pathOf(file).endsWith(`/${slow}`));
    return at === -1 ? slowFiles.length : at;
  };
  return files.toSorted((one, other) => place(one) - place(other));
}
