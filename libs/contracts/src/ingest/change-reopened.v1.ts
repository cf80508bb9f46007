import { defineEvent } from '../define-event.js';
import { changeSchema } from '../model/change.js';

/** Published by the gateway when a forge said that a pull or merge request is open again. Case-engine judges its case anew. */
export const changeReopenedV1 = defineEvent('ingest.change.reopened.v1', changeSchema, { audited: true });
