import { isIP } from 'node:net';
import { wrongField } from '../alerting.errors.js';
import { limits } from '../limits.js';

/**
 * The address of a receiver: http or https, without credentials. The URL parser has turned every disguise of an IPv4
 * address (`0x7f.1`, `2130706433`) into its plain form by now.
 * @throws AssayError `alerting.bad-url`
 */
export function webhookUrl(text: string): URL {
  if (text.length > limits.urlLength) throw bad(`must have ${limits.urlLength} characters at most`);
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) throw bad('must be an absolute URL');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw bad('must begin with https:// or http://');
  if (url.username !== '' || url.password !== '') throw bad('must not hold a user or a password');
  return url;
}

/** The address that a URL names literally, without the brackets of IPv6; null if it names a host. */
export function literalAddress(url: URL): string | null {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(host) === 0 ? null : host;
}

function bad(message: string): Error {
  return wrongField('alerting.bad-url', 'url', message);
}
