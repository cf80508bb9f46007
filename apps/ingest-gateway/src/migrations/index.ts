import { TenantsAndCredentials } from './1763800000000-tenants-and-credentials.migration.js';
import { Receipts } from './1763800000001-receipts.migration.js';

/** The gateway's migrations, oldest first. */
export const migrations = [TenantsAndCredentials, Receipts];
