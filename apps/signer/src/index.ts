export { signerService } from './service.js';
