import { isIPv6 } from 'node:net';

interface Failures {
  readonly sinceMs: number;
  count: number;
}

/** Counts failures by address. One IPv6 customer has 2^64 addresses, so the network of 64 bits counts as one. */
export class FailedAttempts {
  private readonly byAddress = new Map<string, Failures>();

  constructor(
    private readonly maxFailures: number,
    private readonly windowMs: number,
    private readonly maxAddresses: number,
  ) {}

  /** Zero if the address is listened to, else the seconds after which it is again. */
  secondsToWait(address: string, nowMs: number): number {
    const failures = this.byAddress.get(networkOf(address));
    if (failures === undefined || failures.count < this.maxFailures) return 0;
    return Math.max(0, Math.ceil((failures.sinceMs + this.windowMs - nowMs) / 1_000));
  }

  add(address: string, nowMs: number): void {
    const network = networkOf(address);
    const known = this.byAddress.get(network);
    if (known !== undefined && nowMs < known.sinceMs + this.windowMs) {
      known.count += 1;
      return;
    }
    this.byAddress.delete(network);
    const [oldest] = this.byAddress.keys();
    if (this.byAddress.size >= this.maxAddresses && oldest !== undefined) this.byAddress.delete(oldest);
    this.byAddress.set(network, { sinceMs: nowMs, count: 1 });
  }
}

function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = '', tail = ''] = address.split('::');
  const before = head.split(':').filter((group) => group !== '');
  const after = tail.split(':').filter((group) => group !== '');
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  return [...before, ...zeros, ...after].slice(0, 4).join(':');
}
