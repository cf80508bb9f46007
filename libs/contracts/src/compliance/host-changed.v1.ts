import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { complianceModes, hostRef } from '../model/host.js';

/**
 * Published by compliance when a host is new, is known by another id, was joined with another, or its settings changed.
 * The envelope's `version` is the host's. Read by the gateway (who an agent is, what it may run) and case-engine.
 */
export const hostChangedV1 = defineEvent(
  'compliance.host.changed.v1',
  z.object({
    host: hostRef,
    /** Hosts that turned out to be this one; they are no more. */
    joined: z.array(z.uuid()),
    complianceMode: z.enum(complianceModes),
    openscap: z.boolean(),
    dockerBench: z.boolean(),
    docker: z.boolean(),
    tenantUsers: z.array(z.string()),
    removed: z.boolean(),
  }),
  { audited: true },
);
