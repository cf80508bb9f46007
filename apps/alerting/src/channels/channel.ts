import type { Uuid } from '@assay/kernel';

/** The kinds of channels that there are. */
export const channelTypes = ['webhook'] as const;
export type ChannelType = (typeof channelTypes)[number];

/** Somebody who can be told. */
export interface Channel {
  readonly id: Uuid;
  readonly name: string;
  readonly type: ChannelType;
  readonly url: string;
  readonly enabled: boolean;
  /** Why alerting has turned it off; null if it has not. */
  readonly disabledBecause: string | null;
}
