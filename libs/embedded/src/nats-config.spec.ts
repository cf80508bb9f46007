import { describe, expect, it } from 'vitest';
import { natsConfig, natsPassword, natsUrl, natsUsers } from './nats-config.js';

const options = { port: 20_001, storeDir: '/data/nats', pidFile: '/run/nats.pid', logFile: '/log', secret: 's' };

interface Config {
  listen: string;
  authorization: { users: { user: string; permissions?: { publish: { allow: string[]; deny: string[] } } }[] };
}

describe('the configuration of nats-server', () => {
  const config = JSON.parse(natsConfig(options)) as Config;
  const rightsOf = (name: string) => config.authorization.users.find(({ user }) => user === name)?.permissions?.publish;

  it('listens on this machine only', () => expect(config.listen).toBe('127.0.0.1:20001'));

  it('lets each service publish in its own part of the subjects and nobody remove events', () => {
    expect(rightsOf('scanner')?.allow.filter((subject) => subject.startsWith('assay.'))).toEqual(['assay.scanning.>']);
    for (const user of natsUsers.filter((name) => name !== 'assay')) {
      expect(rightsOf(user)?.deny).toContain('$JS.API.STREAM.DELETE.>');
    }
    expect(config.authorization.users).toHaveLength(8);
  });

  it('gives each user a password of its own, the same at every start', () => {
    expect(new Set(natsUsers.map((user) => natsPassword('s', user))).size).toBe(natsUsers.length);
    expect(natsUrl(1, 's', 'audit')).toBe(natsUrl(1, 's', 'audit'));
    expect(natsUrl(1, 's', 'audit')).not.toBe(natsUrl(1, 't', 'audit'));
  });
});
