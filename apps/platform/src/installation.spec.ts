import { describe, expect, it } from 'vitest';
import { gatewayUrlOn } from './installation.js';
import { platformEnv } from './platform.env.js';

describe('the address of the gateway', () => {
  it.each([
    [{}, 'http://127.0.0.1:8080'],
    [{ HOST: '0.0.0.0' }, 'http://127.0.0.1:8080'],
    [{ HOST: '::1' }, 'http://[::1]:8080'],
    [{ HOST: 'assay.example', TLS_CERT_FILE: '/cert.pem' }, 'https://assay.example:8080'],
  ])('with %j is %s', (env, url) => expect(gatewayUrlOn(platformEnv.parse(env))(8_080)).toBe(url));
});
