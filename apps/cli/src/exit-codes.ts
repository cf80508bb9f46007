/** How `assay` ends: 0 all is well, 1 the gate blocks or a proof fails, 2 it could not be found out. */
export const exitCodes = { ok: 0, blocked: 1, error: 2 } as const;
