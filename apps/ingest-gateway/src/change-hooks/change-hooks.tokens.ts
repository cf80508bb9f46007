/** The `TextSeal` of the secrets of hooks. */
export const CHANGE_HOOK_SEAL = Symbol('CHANGE_HOOK_SEAL');
