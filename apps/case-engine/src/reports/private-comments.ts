import type { Principal, Role } from '@assay/identity';
import { AssayError } from '@assay/kernel';
import type { CaseEngineErrorCode } from '../case-engine.errors.js';

/** The people who decide on exceptions, and our own services, which know for whom they ask. */
const insiders: ReadonlySet<Role> = new Set(['admin', 'analyst', 'service']);

/** Whether private comments go into what is asked for. @throws AssayError `cases.private-comments` for who may not see them */
export function seesPrivateComments(caller: Principal, asked: boolean): boolean {
  if (!asked) return false;
  if (insiders.has(caller.role)) return true;
  const code: CaseEngineErrorCode = 'cases.private-comments';
  throw new AssayError('forbidden', code, 'Private comments are for admins and analysts');
}
