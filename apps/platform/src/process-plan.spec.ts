import { describe, expect, it } from 'vitest';
import { type PlannedProcess, planProcesses, serviceUrls } from './process-plan.js';

const plan = (): Promise<PlannedProcess[]> => {
  let port = 4_100;
  return planProcesses({
    services: ['ingest-gateway', 'scanner', 'signer'],
    replicas: new Map([
      ['ingest-gateway', 2],
      ['scanner', 2],
    ]),
    gatewayPort: 8_080,
    nextPort: () => Promise.resolve(++port),
  });
};

describe('the plan of processes', () => {
  it('gives every replica a name and a port, gateways in a row', async () => {
    expect((await plan()).map(({ name, port }) => `${name}:${port}`)).toEqual([
      'ingest-gateway:8080',
      'ingest-gateway-2:8081',
      'scanner:4101',
      'scanner-2:4102',
      'signer:4103',
    ]);
  });

  it('says where each service is, unless that was set by hand', async () => {
    expect(serviceUrls(await plan(), '127.0.0.1', { SIGNER_URL: 'https://signer.example' })).toEqual({
      INGEST_GATEWAY_URL: 'http://127.0.0.1:8080,http://127.0.0.1:8081',
      SCANNER_URL: 'http://127.0.0.1:4101,http://127.0.0.1:4102',
    });
  });
});
