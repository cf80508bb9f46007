/** Injects `{ key }`: the first admin key that the environment gives, or undefined. */
export const FIRST_ADMIN_KEY = Symbol('assay-first-admin-key');

/** Injects `{ key }`: the shared key of Santamon agents that the environment gives, or undefined. */
export const SHARED_SANTAMON_KEY = Symbol('assay-shared-santamon-key');
