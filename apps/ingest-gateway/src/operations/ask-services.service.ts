import { domainOwners, type ServiceName } from '@assay/contracts';
import { asAssayError } from '@assay/kernel';
import { InternalHttp, type InternalRequest } from '@assay/service-host';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';

const self: ServiceName = 'ingest-gateway';

/** What one service answered, or why it did not. */
export type ServiceAnswer<Answer> =
  | { readonly service: ServiceName; readonly answer: Answer; readonly error?: undefined }
  | { readonly service: ServiceName; readonly error: string; readonly answer?: undefined };

/** The same question to every service, side by side; one that is away does not keep the others' answers back. */
@Injectable()
export class AskServices {
  constructor(private readonly internalHttp: InternalHttp) {}

  /** @param ownAnswer this service's, which needs no HTTP */
  async all<Answer>(request: InternalRequest, ownAnswer: () => Promise<Answer>): Promise<ServiceAnswer<Answer>[]> {
    const ask = (service: ServiceName): Promise<Answer> =>
      service === self ? ownAnswer() : this.one<Answer>(service, request);
    return Promise.all(
      Object.values(domainOwners).map(async (service): Promise<ServiceAnswer<Answer>> => {
        try {
          return { service, answer: await ask(service) };
        } catch (error) {
          const { kind, message } = asAssayError(error);
          return { service, error: kind === 'bug' ? 'The service could not answer.' : message };
        }
      }),
    );
  }

  /** @throws AssayError what the service answered */
  async one<Answer>(service: ServiceName, request: InternalRequest): Promise<Answer> {
    return this.internalHttp.json<Answer>(service, { timeoutMs: limits.fanOutTimeoutMs, ...request });
  }
}
