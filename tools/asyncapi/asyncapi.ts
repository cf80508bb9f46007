import { domainOwners, domains, type EventContract, lanes, registry } from '@assay/contracts';
import { type ContractSource, readContractSources } from './contract-sources.js';
import { contractSchemas, type JsonObject, schemaRef } from './schemas.js';

/** The prefix of bus subjects unless an installation chooses another. */
const subjectPrefix = 'assay';

const parameters = {
  domain: { description: 'The domain of the publisher, the only one it may publish into.', enum: domains },
  lane: { description: 'Interactive work is waited for; bulk work never stands before it in a queue.', enum: lanes },
  tenant: { description: 'Slug of the tenant whose data it is; `platform` for what belongs to none.' },
};

const isShared = (contract: EventContract): boolean => contract.domain === 'shared';

/** The services that publish events of this contract: every one for a shared contract, else the owner of the domain. */
function publishersOf({ domain }: EventContract): string[] {
  return domain === 'shared' ? Object.values(domainOwners) : [domainOwners[domain]];
}

function channelOf(contract: EventContract): JsonObject {
  const { domain, ...always } = parameters;
  return {
    address: `${subjectPrefix}.${isShared(contract) ? '{domain}' : contract.domain}.${contract.name}.{lane}.{tenant}`,
    parameters: isShared(contract) ? { domain, ...always } : always,
    messages: { event: { $ref: `#/components/messages/${contract.type}` } },
  };
}

function operationOf(contract: EventContract): JsonObject {
  const channel = `#/channels/${contract.type}`;
  return {
    action: 'send',
    channel: { $ref: channel },
    messages: [{ $ref: `${channel}/messages/event` }],
    'x-assay-publishers': publishersOf(contract),
  };
}

function messageOf(contract: EventContract, source: ContractSource, data: JsonObject): JsonObject {
  return {
    name: contract.type,
    description: source.description,
    contentType: 'application/cloudevents+json',
    headers: {
      type: 'object',
      properties: { 'Nats-Msg-Id': { type: 'string', format: 'uuid', description: 'The id.' } },
    },
    correlationId: { location: '$message.payload#/correlationid', description: 'The receipt that began it.' },
    payload: {
      allOf: [schemaRef('Envelope'), { type: 'object', properties: { type: { const: contract.type }, data } }],
    },
    examples: [{ name: 'golden', payload: source.golden }],
    'x-assay-constant': source.constant,
    'x-assay-audited': contract.audited,
    'x-assay-stage': contract.stage,
  };
}

/**
 * Every event of the platform as an AsyncAPI 3.0 document (https://www.asyncapi.com/docs/reference/specification/v3.0.0),
 * made of the registry and of what the contract files say in words. Channels, messages and operations go by event type.
 */
export function asyncApiDocument(): JsonObject {
  const contracts = [...registry.values()].toSorted((a, b) => (a.type < b.type ? -1 : 1));
  const sources = readContractSources();
  const { schemas, nameOf } = contractSchemas();
  const byType = (make: (contract: EventContract) => JsonObject): JsonObject =>
    Object.fromEntries(contracts.map((contract) => [contract.type, make(contract)]));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Assay events',
      version: '1',
      description:
        'Made by `npm run docs:asyncapi` from libs/contracts; do not edit. Delivery is at least once and in no order: ' +
        'the id of an event is its deduplication key, `version` orders the states of one aggregate.',
    },
    defaultContentType: 'application/cloudevents+json',
    servers: { bus: { host: '127.0.0.1:4222', protocol: 'nats', description: 'NATS with JetStream.' } },
    channels: byType(channelOf),
    operations: byType(operationOf),
    components: {
      messages: byType((contract) => messageOf(contract, sources.get(contract.type)!, schemaRef(nameOf(contract)))),
      schemas,
    },
  };
}
