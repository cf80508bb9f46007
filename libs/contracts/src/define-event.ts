import { z } from 'zod';

/** Which service owns a domain. A domain is the first word of an event type, the second token of a subject, and one stream. */
export const domainOwners = {
  ingest: 'ingest-gateway',
  scanning: 'scanner',
  signing: 'signer',
  cases: 'case-engine',
  compliance: 'compliance',
  alerting: 'alerting',
  audit: 'audit',
} as const;

export type Domain = keyof typeof domainOwners;
export type ServiceName = (typeof domainOwners)[Domain];
export const domains = Object.keys(domainOwners) as Domain[];

/** The domain that this service may publish into. */
export function domainOf(service: ServiceName): Domain {
  return domains.find((domain) => domainOwners[domain] === service)!;
}

/** Interactive work is waited for; bulk work never stands before it in a queue. */
export const lanes = ['interactive', 'bulk'] as const;
export type Lane = (typeof lanes)[number];

/** The parts of the work on a receipt that its timeline shows. */
export const stages = ['index', 'attest', 'judge', 'notify', 'clock', 'score'] as const;
export type Stage = (typeof stages)[number];

export interface EventContract<Data = unknown> {
  /** `<domain>.<name>.v<major>`; `shared` as domain means: published by every service into its own stream. */
  readonly type: string;
  readonly domain: Domain | 'shared';
  /** What stands between domain and lane in the subject, for example `scan.completed.v1`. */
  readonly name: string;
  readonly schema: z.ZodType<Data>;
  /** True if the audit log records it. */
  readonly audited: boolean;
  /** The stage of its receipt that this event ends. */
  readonly stage: Stage | null;
}

export interface EventOptions {
  readonly audited?: boolean;
  readonly stage?: Stage;
}

/** What a contract's events carry as `data`. */
export type DataOf<Contract> = Contract extends EventContract<infer Data> ? Data : never;

const typePattern = /^([a-z]+)\.([a-z-]+(?:\.[a-z-]+)*\.v[1-9]\d*)$/;

/**
 * Declares one version of one event. Within a major only optional fields are added.
 * @throws TypeError for a type that does not read `<domain>.<name>.v<major>` with a domain of `domainOwners` or `shared`.
 */
export function defineEvent<Shape extends z.ZodRawShape>(
  type: string,
  schema: z.ZodObject<Shape>,
  options: EventOptions = {},
): EventContract<z.infer<z.ZodObject<Shape>>> {
  const [, domain, name] = typePattern.exec(type) ?? [];
  if (domain === undefined || name === undefined || !(domain === 'shared' || Object.hasOwn(domainOwners, domain))) {
    throw new TypeError(`An event type reads <domain>.<name>.v<major>, which ${type} does not`);
  }
  return {
    type,
    domain: domain as Domain | 'shared',
    name,
    schema: schema as unknown as z.ZodType<z.infer<z.ZodObject<Shape>>>,
    audited: options.audited ?? false,
    stage: options.stage ?? null,
  };
}

/** The bus subject without the installation's prefix: `<domain>.<name>.v<n>.<lane>.<tenant>`. */
export function subjectOf(contract: EventContract, publisher: ServiceName, lane: Lane, tenant: string): string {
  const domain = contract.domain === 'shared' ? domainOf(publisher) : contract.domain;
  return `${domain}.${contract.name}.${lane}.${tenant}`;
}
