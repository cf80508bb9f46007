import { defineEvent } from '../define-event.js';
import { receivedDocuments } from '../model/received-documents.js';

/**
 * Published by the gateway when a request with documents was accepted: its bytes lie in the artifact store, its receipt
 * is committed. Read by scanner (index), signer (attest) and audit. The receipt's id is the correlation id.
 */
export const documentReceivedV1 = defineEvent('ingest.document.received.v1', receivedDocuments, { audited: true });
