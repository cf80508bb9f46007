import { type ServiceName, domainOwners } from '@assay/contracts';
import { servicePrincipal } from '@assay/identity';
import { platformTenant } from '@assay/kernel';
import { InternalHttp, LOGGER, openApiOf } from '@assay/service-host';
import type { Logger } from '@assay/telemetry';
import { type INestApplication, Inject, Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import { ownerOf } from '../proxy/public-paths.js';
import { mergeOpenApi, type OpenApiDocument } from './merge-openapi.js';

const self: ServiceName = 'ingest-gateway';

/** The OpenAPI document of the whole platform, put together from what each service says of itself. */
@Injectable()
export class ReadOpenApi {
  private describeSelf: () => OpenApiDocument = () => {
    throw new TypeError('ReadOpenApi.describe has not been called');
  };
  private own: OpenApiDocument | undefined;
  private readonly known = new Map<ServiceName, OpenApiDocument>();
  private merged: OpenApiDocument | undefined;
  private mergedAtMs = 0;

  constructor(
    private readonly internalHttp: InternalHttp,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Tells it the application that it is part of, which nothing inside of one can ask for. */
  describe(app: INestApplication): void {
    this.describeSelf = () =>
      openApiOf(app, {
        title: 'Assay',
        description: 'Security of what you build and what you run.',
      }) as unknown as OpenApiDocument;
  }

  /** A service that is away is described as it was last seen, or not at all. */
  async execute(): Promise<OpenApiDocument> {
    if (this.merged === undefined || Date.now() - this.mergedAtMs > limits.openApiCacheMs) {
      const others = Object.values(domainOwners).filter((service) => service !== self);
      await Promise.all(others.map((service) => this.ask(service)));
      const documents = [...this.known].map(([service, document]) => ({ service, document }));
      this.own ??= this.describeSelf();
      this.merged = mergeOpenApi(this.own, documents, (path) => ownerOf(path) !== undefined);
      this.mergedAtMs = Date.now();
    }
    return this.merged;
  }

  private async ask(service: ServiceName): Promise<void> {
    try {
      const document = await this.internalHttp.json<OpenApiDocument>(service, {
        method: 'GET',
        path: '/openapi.json',
        principal: servicePrincipal(self, platformTenant),
        timeoutMs: limits.fanOutTimeoutMs,
      });
      this.known.set(service, document);
    } catch (error) {
      this.log.debug({ err: error, asked: service }, 'a service does not describe itself');
    }
  }
}
