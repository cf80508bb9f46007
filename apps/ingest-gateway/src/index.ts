export { ingestGatewayService } from './service.js';
