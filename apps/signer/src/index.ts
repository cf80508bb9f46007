export { checkEnvelope, type EnvelopeClaim, type EnvelopeOutcome } from './attestations/read-envelope.js';
export { signerService } from './service.js';
