import { runService } from '@assay/service-host';
import { alertingService } from './service.js';

await runService(alertingService);
