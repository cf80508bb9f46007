/** Injects `{ key }`: the first admin key that the environment gives, or undefined. */
export const FIRST_ADMIN_KEY = Symbol('assay-first-admin-key');
