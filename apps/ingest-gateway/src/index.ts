export { mergeOpenApi, type OpenApiDocument, type ServiceDocument } from './openapi/merge-openapi.js';
export { ingestGatewayService } from './service.js';
