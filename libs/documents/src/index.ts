export * from './limits.js';
export type { DocumentErrorCode } from './documents.errors.js';
export { decompress, type ContentEncoding } from './decompress.js';
export { JsonGuard } from './json-guard.js';
export { outlineOf } from './outline.js';
export type { JsonType, PlacesInPath } from './path-follower.js';
export {
  jsonPathOf,
  pickElementBatches,
  pickElements,
  type MisplacedValue,
  type PickedElement,
  type PickedValue,
} from './pick-elements.js';
export { sliceBeside, sliceElement, type Slicing } from './slice-element.js';
