import { runService } from '@assay/service-host';
import { complianceService } from './service.js';

await runService(complianceService);
