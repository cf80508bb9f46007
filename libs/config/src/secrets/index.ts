export { readSecrets, type SecretNames } from './read-secrets.js';
export { secretsEnv } from './secrets.env.js';
export type { SecretsErrorCode } from './secrets.errors.js';
export { serviceSecrets } from './service-secrets.js';
