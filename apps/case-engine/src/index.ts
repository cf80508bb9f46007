export { caseEngineService, caseEngineService as caseEngine } from './service.js';
