import { readSecrets, serviceSecrets } from '@assay/config';
import { parseCommandLine, usage } from './command-line.js';
import { readPlatformEnv, wholeEnvironment } from './platform.env.js';
import { startPlatform } from './platform.js';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
process.stdout.on('error', () => undefined); // Whoever read us has gone (`npm start | head`); the services go on.

const stopping = new AbortController();
const toldToStop = new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve()));
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    if (!stopping.signal.aborted) say('stopping; services finish what they have begun');
    stopping.abort();
  });
}

/** 0 after an orderly stop, 1 with a sentence on stderr if the platform does not come up. */
async function main(): Promise<number> {
  try {
    const request = parseCommandLine(process.argv.slice(2));
    if (request.help) {
      say(usage);
      return 0;
    }
    const environment = wholeEnvironment();
    const secrets = await readSecrets(environment, serviceSecrets(request.services.includes('ingest-gateway')));
    const env = readPlatformEnv({ ...environment, ...secrets });
    const platform = await startPlatform({ env, secrets, request, say, signal: stopping.signal });
    await toldToStop;
    await platform.stop();
    say('stopped');
    return 0;
  } catch (error) {
    if (stopping.signal.aborted) return 0;
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

process.exit(await main());
