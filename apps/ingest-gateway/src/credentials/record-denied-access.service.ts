import { accessDeniedV1, type DataOf, systemActor } from '@assay/contracts';
import { type Principal, principalOrNull } from '@assay/identity';
import { platformTenant } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { LOGGER } from '@assay/service-host';
import type { Logger } from '@assay/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { limits } from '../limits.js';
import { Denials } from './denials.js';

/** Publishes that somebody was refused, for the audit log: 401 to the platform's, 403 to the tenant's of the credential. */
@Injectable()
export class RecordDeniedAccess {
  private readonly denials = new Denials(limits.denialsEveryMs, limits.deniedCallersRemembered);

  constructor(
    private readonly transactions: Transactions,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Looks at every answer from now on. To be called before the application listens. */
  watch(instance: FastifyInstance): void {
    instance.addHook('onResponse', (request, reply, done) => {
      if (reply.statusCode === 401 || reply.statusCode === 403) void this.record(request, reply);
      done();
    });
  }

  /** A stranger was refused where no request of the application was made of it, as at a handshake. */
  refused(route: string, status: number, address: string): void {
    void this.publish(null, { credentialId: null, route, status, address });
  }

  private async record(request: FastifyRequest, { statusCode: status }: FastifyReply): Promise<void> {
    const principal = principalOrNull(request);
    const route = `${request.method} ${request.routeOptions.url ?? 'unmatched'}`;
    const credentialId = principal?.credentialId ?? null;
    await this.publish(principal, { credentialId, route, status, address: request.ip });
  }

  private async publish(principal: Principal | null, refusal: DataOf<typeof accessDeniedV1>): Promise<void> {
    const { credentialId, route, status, address } = refusal;
    if (!this.denials.isNews(JSON.stringify([credentialId ?? address, route]), Date.now())) return;
    const tenant = principal?.tenant ?? platformTenant;
    try {
      await this.transactions.run({ tenant, actor: principal?.actor ?? systemActor }, async (tx) => {
        tx.publish(accessDeniedV1, refusal);
      });
    } catch (error) {
      // The caller has long been refused; what could not be written is at least said here.
      this.log.warn({ err: error, route, status, address }, 'a refusal could not be recorded');
    }
  }
}
