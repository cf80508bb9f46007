export { auditService } from './service.js';
export { verifyExport, type ExportVerification } from './verification/export-format.js';
