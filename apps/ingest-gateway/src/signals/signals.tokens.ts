/** Injects `{ days }`: how long signals are kept, and a little longer their ids; 0 for ever. */
export const SIGNAL_IDS_KEPT = Symbol('assay-signal-ids-kept');
