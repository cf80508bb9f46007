import { describe, expect, it } from 'vitest';
import { settle } from '../outbound/settle-answer.js';
import { readAddress } from './channel-address.js';

describe('the address of a channel', () => {
  it.each(['slack', 'discord', 'teams'] as const)('of %s is itself the secret: people see its host', (type) => {
    const { shown, sealed } = readAddress(type, { url: 'https://hooks.slack.com/services/T0/B0/secret' });
    expect([shown, sealed]).toEqual(['https://hooks.slack.com/…', 'https://hooks.slack.com/services/T0/B0/secret']);
  });

  it('of PagerDuty has a routing key and its own URL', () => {
    const { shown, sealed } = readAddress('pagerduty', { secret: 'R0UT1NGKEY00000000000000000000AB' });
    expect([shown, sealed]).toEqual(['https://events.pagerduty.com/v2/enqueue', 'R0UT1NGKEY00000000000000000000AB']);
    expect(() => readAddress('pagerduty', {})).toThrow('routing key');
  });

  it('of mail is a list of plain addresses', () => {
    expect(readAddress('email', { url: 'mailto:a@example.com, b@example.com' })).toMatchObject({
      shown: 'mailto:a@example.com,b@example.com',
      connects: null,
    });
  });

  it.each(['mailto:', 'mailto:a', 'mailto:a@b\r\nBcc: c@d', 'mailto:"x y"@b', 'mailto:a@b?cc=c@d', 'mailto:<a@b>'])(
    'of mail is refused: %j',
    (url) => expect(() => readAddress('email', { url })).toThrow('must be mailto:'),
  );

  it('of a webhook gets a secret where it has none', () => {
    expect(readAddress('webhook', { url: 'https://example.com/x' }).sealed).toMatch(/^whsec_/);
    expect(() => readAddress('slack', { url: 'https://example.com/x', secret: 'x' })).toThrow('its URL is the secret');
    expect(() => readAddress('slack', {})).toThrow('is missing');
  });
});

describe('an answer', () => {
  it.each([
    ['slack', 400, 'invalid_payload', 'refused'],
    ['slack', 404, 'no_service', 'gone'],
    ['slack', 403, 'invalid_token', 'gone'],
    ['slack', 500, 'rollup_error', null],
    ['discord', 404, '{"code":10015}', 'gone'],
    ['discord', 429, '{}', null],
    ['teams', 202, '', null],
    [
      'teams',
      200,
      'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429',
      'again',
    ],
    ['teams', 400, '', 'refused'],
    ['pagerduty', 400, '', 'refused'],
    ['pagerduty', 202, '', null],
    ['webhook', 404, '', null],
  ] as const)('of %s, %i %s, means %s', (type, statusCode, response, expected) => {
    expect(settle(type, { statusCode, response })).toBe(expected);
  });
});
