import type { ProblemOptions } from '@assay/service-host';
import { secureCaseProblems } from './cases/securecase.problems.js';
import { inSantamonWords, santamonStatuses } from './signals/santamon.problems.js';

/** Errors as the callers of each dialect read them. */
export const caseEngineProblems: ProblemOptions = {
  statusByCode: { ...secureCaseProblems.statusByCode, ...santamonStatuses },
  inDialect: (problem, request) =>
    inSantamonWords(problem, request) ?? secureCaseProblems.inDialect?.(problem, request) ?? null,
};
