import { blockListOf } from '@assay/config';
import { describe, expect, it } from 'vitest';
import { mayReach } from './address.js';

const nothing = blockListOf([]);

describe('without allowed networks', () => {
  it.each(['93.184.216.34', '8.8.8.8', '2606:2800:220:1:248:1893:25c8:1946', '::ffff:93.184.216.34'])(
    '%s may be reached',
    (address) => expect(mayReach(address, nothing)).toBe(true),
  );

  it.each([
    ['loopback', '127.0.0.1'],
    ['loopback, another', '127.8.8.8'],
    ['loopback in IPv6', '::1'],
    ['loopback mapped into IPv6', '::ffff:127.0.0.1'],
    ['loopback mapped, in hexadecimal', '::ffff:7f00:1'],
    ['loopback in the old compatible form', '::127.0.0.1'],
    ['that form as URLs write it', '::7f00:1'],
    ['what is not assigned yet', '4000::1'],
    ['this network', '0.0.0.0'],
    ['unspecified', '::'],
    ['private 10/8', '10.1.2.3'],
    ['private 172.16/12', '172.31.255.254'],
    ['private 192.168/16', '192.168.1.1'],
    ['link-local', '169.254.1.1'],
    ['metadata of AWS, Azure, Google', '169.254.169.254'],
    ['metadata of AWS in IPv6', 'fd00:ec2::254'],
    ['metadata of Alibaba', '100.100.100.200'],
    ['metadata of Oracle', '192.0.0.192'],
    ['wire server of Azure', '168.63.129.16'],
    ['carrier-grade NAT', '100.64.0.1'],
    ['multicast', '224.0.0.1'],
    ['multicast in IPv6', 'ff02::1'],
    ['broadcast', '255.255.255.255'],
    ['reserved', '240.0.0.1'],
    ['documentation', '192.0.2.1'],
    ['documentation in IPv6', '2001:db8::1'],
    ['benchmarking', '198.18.0.1'],
    ['link-local in IPv6', 'fe80::1'],
    ['link-local with a zone', 'fe80::1%eth0'],
    ['unique local', 'fd12:3456::1'],
    ['6to4 around a private address', '2002:0a00:0001::1'],
    ['Teredo', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
    ['NAT64 around loopback', '64:ff9b::7f00:1'],
    ['no address', 'localhost'],
    ['nothing', ''],
  ])('%s is refused: %s', (_what, address) => expect(mayReach(address, nothing)).toBe(false));
});

describe('with an allowed network', () => {
  const allowed = blockListOf(['127.0.0.0/8', 'fd00::/8']);

  it.each(['127.0.0.1', '::ffff:127.0.0.1', 'fd12::1', '8.8.8.8'])('%s may be reached', (address) =>
    expect(mayReach(address, allowed)).toBe(true),
  );

  it.each(['10.0.0.1', '::1', 'fe80::1'])('%s is still refused', (address) =>
    expect(mayReach(address, allowed)).toBe(false),
  );
});
