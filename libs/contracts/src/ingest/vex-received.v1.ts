import { defineEvent } from '../define-event.js';
import { receivedDocuments } from '../model/received-documents.js';

/**
 * Published by the gateway when a VEX document was accepted, in the place of `document.received`: what states what
 * vulnerabilities mean is nothing to scan, and case-engine need not look at every document to find the few that are.
 * Read by case-engine (judge), signer (attest) and audit. The receipt's id is the correlation id.
 */
export const vexReceivedV1 = defineEvent('ingest.vex.received.v1', receivedDocuments, { audited: true });
