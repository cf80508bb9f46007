/** Injects the `TextSeal` of answers that are kept for who repeats a request. */
export const ANSWER_SEAL = Symbol('assay-answer-seal');
