import 'reflect-metadata';
import { runService } from '@assay/service-host';
import { ingestGatewayService } from './service.js';

await runService(ingestGatewayService);
