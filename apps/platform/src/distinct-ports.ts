import { freePort } from '@assay/embedded';

/** Gives free ports of this machine, none of them twice, although nobody listens on one while the next is looked for. */
export function distinctPorts(): () => Promise<number> {
  const given = new Set<number>();
  return async () => {
    const port = await freePort(given);
    given.add(port);
    return port;
  };
}
