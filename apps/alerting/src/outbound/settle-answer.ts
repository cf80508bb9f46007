import type { ChannelType } from '../channels/channel.js';
import type { Attempt } from './webhook.client.js';

/** What a receiver means by its answer, where its status alone does not say it. */
export type Settled = 'taken' | 'refused' | 'gone' | 'again';

/** An answer with what it means. */
export type Answered = Pick<Attempt, 'statusCode' | 'response'>;

/**
 * Reads an answer as its sender means it. `refused` will not be taken at any other time either, `gone` says that nothing will be,
 * null leaves it to the status.
 */
export function settle(type: ChannelType, { statusCode, response }: Answered): Settled | null {
  switch (type) {
    // 400 is a body that it does not like, 403 and 404 a webhook that was revoked or deleted, 410 an archived channel.
    case 'slack':
      if (statusCode === 400) return 'refused';
      return statusCode === 403 || statusCode === 404 ? 'gone' : null;
    // 401 is a token that does not fit, 404 "Unknown Webhook".
    case 'discord':
      if (statusCode === 400) return 'refused';
      return statusCode === 401 || statusCode === 404 ? 'gone' : null;
    // The connectors of before put failures into a 200.
    case 'teams':
      if (statusCode === 200 && /failed with error/i.test(response ?? '')) return 'again';
      return statusCode === 400 || statusCode === 401 ? 'refused' : null;
    case 'pagerduty':
      return statusCode === 400 || statusCode === 413 ? 'refused' : null;
    default:
      return null;
  }
}
