import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';

/** `assay up`: the platform on this machine, as `npm start` runs it. */
export function addUpCommand(program: Command): void {
  program
    .command('up')
    .description('start the platform on this machine')
    .option('--only <services>', 'these services alone, with commas between')
    .option('--split', 'each service as a process of its own')
    .option('--replicas <counts>', 'for example scanner=2,ingest-gateway=2')
    .action((options: { only?: string; split?: boolean; replicas?: string }) => {
      const main = fileURLToPath(new URL('../../../platform/dist/main.js', import.meta.url));
      const given = [
        ...(options.only === undefined ? [] : ['--only', options.only]),
        ...(options.split === true ? ['--split'] : []),
        ...(options.replicas === undefined ? [] : ['--replicas', options.replicas]),
      ];
      const platform = spawn(process.execPath, [main, ...given], { stdio: 'inherit' });
      // The platform ends by itself on the signals that the terminal sends to both of us; we only pass its code on.
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => platform.kill(signal));
      platform.on('exit', (code) => process.exit(code ?? 1));
    });
}
