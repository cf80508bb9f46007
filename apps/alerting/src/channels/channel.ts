import type { Uuid } from '@assay/kernel';

/** The kinds of channels that a tenant can have. */
export const channelTypes = ['webhook', 'slack', 'discord', 'teams', 'pagerduty', 'email'] as const;
export type ConfiguredType = (typeof channelTypes)[number];

/** `unsendable` stands for an address that a CI client named and that nothing can be sent to. */
export type ChannelType = ConfiguredType | 'unsendable';

/** Whose a channel is: made by the tenant's people, or an address that a CI client or the operator named. */
export type ChannelOrigin = 'tenant' | 'caller';

/** Somebody who can be told. */
export interface Channel {
  readonly id: Uuid;
  readonly name: string;
  readonly type: ChannelType;
  /**
   * The address as people see it. Where the address itself is the secret (Slack, Discord, Teams) it is cut behind the host, and
   * the whole of it lies sealed.
   */
  readonly url: string;
  readonly enabled: boolean;
  /** Why alerting has turned it off; null if it has not. */
  readonly disabledBecause: string | null;
}
