import { runService } from '@assay/service-host';
import { scannerService } from './service.js';

await runService(scannerService);
