import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { complianceModes, externalHostId } from '../model/host.js';

/**
 * Published by the gateway when a host was enrolled: its credential is committed. Read by compliance, which makes the
 * host. With `apiId` null the host has no PatchMon credential (Santamon's, or none yet).
 */
export const hostEnrolledV1 = defineEvent(
  'ingest.host.enrolled.v1',
  z.object({
    hostId: z.uuid(),
    apiId: z.string().nullable(),
    credentialId: z.uuid().nullable(),
    hostname: z.string(),
    friendlyName: z.string(),
    complianceMode: z.enum(complianceModes),
    openscap: z.boolean(),
    dockerBench: z.boolean(),
    docker: z.boolean(),
    groups: z.array(z.string()),
    /** Users who may see it; empty means everybody of the tenant. */
    tenantUsers: z.array(z.string()),
    /** What its agent will call it; the API id is among them. */
    externalIds: z.array(externalHostId).optional(),
  }),
  { audited: true },
);
