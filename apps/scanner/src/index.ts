export { scannerService } from './service.js';
