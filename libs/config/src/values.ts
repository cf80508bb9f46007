import { BlockList, isIP } from 'node:net';
import { z } from 'zod';

/** Seconds per unit letter of a duration. */
const secondsPerUnit = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** Bytes per unit: the binary prefixes of IEC 80000-13, the decimal ones of the SI. */
const bytesPerUnit = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 1_024,
  MiB: 1_024 ** 2,
  GiB: 1_024 ** 3,
} as const;

/** A whole number between two bounds, both allowed. Only digits pass: `1e3`, `0x10` and `-0` are refused. */
export function wholeNumber(min: number, max: number = Number.MAX_SAFE_INTEGER) {
  const expected = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,16}$/, `must be a whole number ${expected}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be a whole number ${expected}`);
}

/** A TCP port from 0 to 65535; 0 takes any free one. */
export const port = wholeNumber(0, 65_535);

/** A time as seconds: a whole number of seconds, or one with a unit: `90s`, `15m`, `2h`, `1d`. */
export const durationSeconds = z
  .string()
  .regex(/^\d{1,9}[smhd]?$/, 'must be a whole number of seconds, or one with a unit such as 90s, 15m, 2h or 1d')
  .transform((text) => {
    const unit = /[smhd]$/.exec(text)?.[0] as keyof typeof secondsPerUnit | undefined;
    return parseInt(text, 10) * secondsPerUnit[unit ?? 's'];
  })
  .meta({ unit: 'seconds' });

/** A size as bytes: a whole number of bytes, or one with a unit: `64KiB`, `512MiB`, `1GB`. */
export const bytes = z
  .string()
  .regex(/^\d{1,12} ?(B|kB|MB|GB|KiB|MiB|GiB)?$/, 'must be a whole number of bytes, or one with a unit such as 512MiB')
  .transform((text) => {
    const unit = /[A-Za-z]+$/.exec(text)?.[0] as keyof typeof bytesPerUnit | undefined;
    return parseInt(text, 10) * bytesPerUnit[unit ?? 'B'];
  })
  .meta({ unit: 'bytes' });

/** `true`, `1`, `yes`, `on`, … or their opposites. `z.coerce.boolean()` would read the text "false" as true. */
export const flag = z.stringbool({ error: 'must be true or false (also 1 or 0, yes or no, on or off)' });

/** A secret: its value never appears in a message, a log or the table of settings. */
export function secret(minLength = 1) {
  return z
    .string()
    .min(minLength, minLength > 1 ? `must have ${minLength} characters or more` : 'must not be empty')
    .meta({ secret: true });
}

/** Networks in CIDR notation (RFC 4632, RFC 4291 §2.3), separated by commas. A bare address means that one alone. */
export const networks = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  )
  .refine((parts) => parts.every(isNetwork), 'must be networks such as 10.0.0.0/8 or fd00::/8, separated by commas')
  .meta({ unit: 'CIDR, separated by commas' });

/** The networks as Node's own matcher: `blockListOf(list).check(address, 'ipv4' | 'ipv6')` is true for what lies inside. */
export function blockListOf(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const { address, prefix, family } = partsOf(cidr);
    list.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}

function isNetwork(cidr: string): boolean {
  const { prefix, family } = partsOf(cidr);
  return family !== 0 && /^[^/]+(\/\d{1,3})?$/.test(cidr) && prefix <= bitsOf(family);
}

function partsOf(cidr: string): { address: string; prefix: number; family: number } {
  const [address = '', prefix] = cidr.split('/');
  const family = isIP(address);
  return { address, prefix: prefix === undefined ? bitsOf(family) : Number(prefix), family };
}

function bitsOf(family: number): number {
  return family === 4 ? 32 : 128;
}
