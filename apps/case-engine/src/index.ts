export { caseEngineService } from './service.js';
