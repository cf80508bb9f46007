export { bodyOf } from '@assay/service-host';
