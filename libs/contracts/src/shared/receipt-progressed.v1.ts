import { defineEvent } from '../define-event.js';
import { progressSchema } from '../model/receipt-progress.js';

/** Published by any service with an event whose contract ends a stage. Read by the gateway for the receipt's timeline. */
export const receiptProgressedV1 = defineEvent('shared.receipt.progressed.v1', progressSchema);
