import 'reflect-metadata';
import { runService } from '@assay/service-host';
import { signerService } from './service.js';

await runService(signerService);
