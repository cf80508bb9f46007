import { wrongField } from '../alerting.errors.js';
import { limits } from '../limits.js';
import { newWebhookSecret, webhookSecret } from '../outbound/standard-webhooks.js';
import { webhookUrl } from '../outbound/webhook-url.js';
import type { ConfiguredType } from './channel.js';

/** Where PagerDuty takes events (Events API v2); accounts of its EU region have `events.eu.pagerduty.com`. */
const pagerDutyUrl = 'https://events.pagerduty.com/v2/enqueue';

/** What somebody wants of a channel, as sent. */
export interface WantedAddress {
  readonly url?: string | undefined;
  readonly secret?: string | undefined;
}

/** An address in the parts in which it is kept. */
export interface ChannelAddress {
  /** As people see it. */
  readonly shown: string;
  /** What lies sealed: a signing secret, a routing key, or the whole address where that is the secret. */
  readonly sealed: string;
  /** What the guard has to look at; null where nothing of the tenant's choice is connected to. */
  readonly connects: URL | null;
}

/**
 * Reads address and secret of a channel: of a webhook its URL and signing secret (made if left out), of Slack, Discord and Teams
 * a URL that is itself the secret, of PagerDuty the routing key, of mail the addresses behind `mailto:`.
 * @throws AssayError `alerting.bad-url`, `alerting.bad-secret`
 */
export function readAddress(type: ConfiguredType, { url, secret }: WantedAddress): ChannelAddress {
  switch (type) {
    case 'webhook': {
      const connects = webhookUrl(required(url));
      return {
        shown: connects.href,
        sealed: secret === undefined ? newWebhookSecret() : webhookSecret(secret),
        connects,
      };
    }
    case 'slack':
    case 'discord':
    case 'teams': {
      const connects = webhookUrl(required(url));
      if (secret !== undefined)
        throw wrongField('alerting.bad-secret', 'secret', `is not for ${type}: its URL is the secret`);
      return { shown: shownUrl(connects), sealed: connects.href, connects };
    }
    case 'pagerduty': {
      const connects = webhookUrl(url ?? pagerDutyUrl);
      if (secret === undefined || !/^[A-Za-z0-9]{32}$/.test(secret))
        throw wrongField(
          'alerting.bad-secret',
          'secret',
          'must be the routing key of an integration: 32 letters and digits',
        );
      return { shown: connects.href, sealed: secret, connects };
    }
    case 'email':
      if (secret !== undefined) throw wrongField('alerting.bad-secret', 'secret', 'is not for email: SMTP_URL has it');
      return { shown: `mailto:${mailAddresses(required(url)).join(',')}`, sealed: '', connects: null };
  }
}

/** Scheme and host; the rest of such an address is as good as a password. */
export function shownUrl({ protocol, host }: URL): string {
  return `${protocol}//${host}/…`;
}

/**
 * The addresses of `mailto:one@example.com,other@example.com`: `local@domain` in the plain form of RFC 5321 §4.1.2, so that
 * nothing in one can be read as a second one or as a header.
 * @throws AssayError `alerting.bad-url`
 */
export function mailAddresses(text: string): string[] {
  const addresses = text
    .replace(/^mailto:/i, '')
    .split(',')
    .map((each) => each.trim());
  const good = addresses.every(
    (each) => each.length <= 254 && /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i.test(each),
  );
  if (!good || addresses.length > limits.mailRecipients) {
    throw wrongField(
      'alerting.bad-url',
      'url',
      `must be mailto: and 1 to ${limits.mailRecipients} addresses, separated by commas`,
    );
  }
  return addresses;
}

function required(url: string | undefined): string {
  if (url === undefined) throw wrongField('alerting.bad-url', 'url', 'is missing');
  return url;
}
