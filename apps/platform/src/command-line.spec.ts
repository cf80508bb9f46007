import { describe, expect, it } from 'vitest';
import { parseCommandLine } from './command-line.js';
import { allServices } from './services.js';

describe('the command line', () => {
  it('starts everything in one process when nothing is said', () => {
    expect(parseCommandLine([])).toEqual({ split: false, help: false, services: allServices, replicas: new Map() });
  });

  it('takes services and replicas', () => {
    const request = parseCommandLine(['--split', '--only', 'signer, scanner', '--replicas=scanner=2']);
    expect(request).toMatchObject({ split: true, services: ['scanner', 'signer'] });
    expect([...request.replicas]).toEqual([['scanner', 2]]);
  });

  it.each([
    [['--only', 'scaner'], 'no service "scaner"'],
    [['--replicas', 'scanner=2'], 'needs --split'],
    [['--split', '--replicas', 'scanner'], 'name=number'],
    [['--split', '--replicas', 'scanner=0'], 'from 1 to 16'],
    [['--split', '--replicas', 'scanner=17'], 'from 1 to 16'],
    [['--split', '--replicas', 'scanner=2,scanner=3'], 'twice'],
    [['--split', '--only', 'signer', '--replicas', 'scanner=2'], 'leaves out'],
    [['--spilt'], "'--spilt'"],
    [['scanner'], 'scanner'],
  ])('refuses %j in words', (args, words) => {
    expect(() => parseCommandLine(args)).toThrow(expect.objectContaining({ code: 'platform.bad-argument' }));
    expect(() => parseCommandLine(args)).toThrow(words);
  });
});
