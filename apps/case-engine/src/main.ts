import 'reflect-metadata';
import { runService } from '@assay/service-host';
import { caseEngineService } from './service.js';

await runService(caseEngineService);
