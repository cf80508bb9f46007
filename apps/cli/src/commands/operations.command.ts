import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { exitCodes } from '../exit-codes.js';
import type { RunCommand } from './command-context.js';

interface Rebuilt {
  readonly service: string;
  readonly events: number | null;
  readonly error: string | null;
}

/** What one file of a feed brought. */
interface Imported {
  readonly feed: string;
  readonly added: number;
  readonly changed: number;
  readonly rejected: number;
}

/** `assay streams rebuild`, `assay feeds import DIR`. */
export function addOperationsCommands(program: Command, run: RunCommand): void {
  program
    .command('streams')
    .description('the message streams')
    .command('rebuild')
    .description('publish everything again that the broker could have lost; readers recognise what they know')
    .action(() =>
      run(async ({ gateway, output }) => {
        const { streams } = await gateway.json<{ streams: Rebuilt[] }>({
          method: 'POST',
          path: '/api/v1/streams/rebuild',
        });
        output.result(
          streams,
          streams.map(({ service, events, error }) => `${service}: ${error ?? `${events} events published again`}`),
        );
        return streams.every(({ error }) => error === null) ? exitCodes.ok : exitCodes.error;
      }),
    );

  program
    .command('feeds')
    .description('advisories, KEV, EPSS')
    .command('import <path>')
    .description(
      'send a folder or file of OSV JSON (.json, .jsonl, .zip, .tar.gz, also gzipped) the KEV catalogue or EPSS scores (.csv)',
    )
    .option('--feed <name>', 'osv, kev or epss', 'osv')
    .action((path: string, { feed }: { feed: string }) =>
      run(async ({ gateway, output }) => {
        const imported: Imported[] = [];
        for (const file of await filesOf(path)) {
          output.progress(`importing ${file}`);
          const name = encodeURIComponent(file);
          imported.push(
            await gateway.json<Imported>({
              method: 'POST',
              path: `/api/v1/feeds/${feed}/import?name=${name}`,
              body: createReadStream(file),
              contentType: 'application/octet-stream',
            }),
          );
        }
        output.result(
          imported,
          imported.map((one) => `${one.feed}: ${one.added} added, ${one.changed} changed, ${one.rejected} rejected`),
        );
        return exitCodes.ok;
      }),
    );
}

/** The files of a feed: itself, or everything below a folder that could be one. */
async function filesOf(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.(json|jsonl|zip|tar\.gz|tgz|csv)(\.gz)?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}
