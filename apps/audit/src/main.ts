import 'reflect-metadata';
import { runService } from '@assay/service-host';
import { auditService } from './service.js';

await runService(auditService);
