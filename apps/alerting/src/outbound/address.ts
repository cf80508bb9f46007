import { isIP, type BlockList } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * Addresses that are public by their range and still belong to the machine's own platform: Azure's wire server answers
 * every virtual machine on it (Microsoft, "What is IP address 168.63.129.16?").
 */
const platformAddresses: ReadonlySet<string> = new Set(['168.63.129.16']);

/** All that IANA has given out as global unicast in IPv6 (RFC 4291 §2.4). Outside of it lie ::/96 and forms to come. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * True if a webhook may go to the address: it is globally reachable unicast by the IANA special-purpose registries
 * (RFC 6890), or lies in a network that the operator allowed. Loopback, private, link-local with the metadata services,
 * carrier-grade NAT, multicast, documentation and every IPv6 form that carries an IPv4 address inside are refused.
 * An IPv4 address mapped into IPv6 is judged as the IPv4 address that it is.
 */
export function mayReach(address: string, allowed: BlockList): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.process(address.split('%')[0]!);
  if (allowed.check(parsed.toString(), parsed.kind())) return true;
  if (parsed instanceof ipaddr.IPv6 && !parsed.match(globalUnicast)) return false;
  return parsed.range() === 'unicast' && !platformAddresses.has(parsed.toString());
}
