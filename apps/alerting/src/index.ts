export { alertingService } from './service.js';
