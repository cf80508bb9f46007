import type { ProblemOptions } from '@assay/service-host';
import type { CaseEngineErrorCode } from '../case-engine.errors.js';

const malformedNumber: CaseEngineErrorCode = 'cases.malformed-number';
const wrongStatus: CaseEngineErrorCode = 'cases.wrong-status';

/**
 * Errors as SecureCase's callers read them (`wire/securecase.md` §1 and §5). A case that is not there needs nothing:
 * the problem document's `detail` is the sentence they expect. For a number that is none they expect a list.
 */
export const secureCaseProblems: ProblemOptions = {
  statusByCode: { [wrongStatus]: 400 },
  inDialect: (problem) => {
    if (problem.code !== malformedNumber) return null;
    const detail = problem.errors.map(({ field, message }) => ({
      type: 'int_parsing',
      loc: ['path', field],
      msg: message,
      input: null,
    }));
    return { status: 422, headers: { 'content-type': 'application/json' }, body: { detail } };
  },
};
