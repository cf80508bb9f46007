import { defineEnv } from '@assay/config';

/** The signer reads nothing of its own: the master key is the host's. */
export const signerEnv = defineEnv({ name: 'signer', shape: {} });
