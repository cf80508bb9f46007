import type { benchmarkSubmittedV1, DataOf } from '@assay/contracts';

/** A document of results, as the gateway accepted it. */
export type Submission = DataOf<typeof benchmarkSubmittedV1>;
