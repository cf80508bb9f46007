import { domainOwners, type ServiceName } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import { AssayError, type Uuid } from '@assay/kernel';
import { Messaging } from '@assay/messaging';
import { DeadLettersStore, Transactions } from '@assay/persistence';
import { type DeadLetterDto, type ReplayResultDto, toDeadLetterDto } from '@assay/service-host';
import { Injectable } from '@nestjs/common';
import { notFound } from '../ingest-gateway.errors.js';
import { ReplaySetAside } from '../signals/replay-set-aside.service.js';
import { AskServices, type ServiceAnswer } from './ask-services.service.js';

const self: ServiceName = 'ingest-gateway';

/** The dead letters of the caller's tenant, wherever they lie. */
@Injectable()
export class DeadLettersOfAll {
  constructor(
    private readonly askServices: AskServices,
    private readonly transactions: Transactions,
    private readonly deadLetters: DeadLettersStore,
    private readonly messaging: Messaging,
    private readonly replaySetAside: ReplaySetAside,
  ) {}

  async list(caller: Principal, limit: number): Promise<ServiceAnswer<DeadLetterDto[]>[]> {
    const request = { method: 'GET', path: `/internal/dead-letters?limit=${limit}`, principal: caller } as const;
    return this.askServices.all<DeadLetterDto[]>(request, async () => {
      const letters = await this.transactions.run(caller.tenant, (tx) => this.deadLetters.list(tx, limit, null));
      return letters.map((letter) => toDeadLetterDto(self, letter));
    });
  }

  /**
   * Gives a letter to its consumer again, wherever it lies.
   *
   * @throws AssayError `operations.unknown-dead-letter`; `http.service-unreachable` where only a service that is away can
   *   have it
   */
  async replay(id: Uuid, caller: Principal, service: ServiceName | undefined): Promise<ReplayResultDto> {
    const places = service === undefined ? Object.values(domainOwners) : [service];
    let lastFailure: AssayError | undefined;
    for (const place of places) {
      try {
        return await this.replayAt(place, id, caller);
      } catch (error) {
        if (!(error instanceof AssayError)) throw error;
        if (error.kind !== 'not-found') lastFailure = error;
      }
    }
    throw lastFailure ?? notFound('operations.unknown-dead-letter', 'There is no such dead letter.');
  }

  private async replayAt(service: ServiceName, id: Uuid, caller: Principal): Promise<ReplayResultDto> {
    if (service === self) return { replayed: await this.replayOwn(id, caller) };
    const path = `/internal/dead-letters/${id}/replay`;
    return this.askServices.one<ReplayResultDto>(service, { method: 'POST', path, principal: caller });
  }

  /** A signal that was set aside never was an event, so no consumer of the bus can be given it. */
  private async replayOwn(id: Uuid, { tenant }: Principal): Promise<boolean> {
    return (await this.replaySetAside.execute(tenant, id)) ?? (await this.messaging.replay.execute(tenant, id));
  }
}
