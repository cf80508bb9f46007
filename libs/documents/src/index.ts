export * from './limits.js';
export type { DocumentErrorCode } from './documents.errors.js';
export { decompress, type ContentEncoding } from './decompress.js';
export { JsonGuard } from './json-guard.js';
export type { JsonType } from './path-follower.js';
export {
  pickElementBatches,
  pickElements,
  type MisplacedValue,
  type PickedElement,
  type PickedValue,
} from './pick-elements.js';
export { sliceElement } from './slice-element.js';
