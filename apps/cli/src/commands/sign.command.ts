import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { exitCodes } from '../exit-codes.js';
import type { CommandContext, RunCommand } from './command-context.js';

interface Signed {
  readonly id?: string;
  readonly digest: string;
  readonly keyId: string;
  readonly signature: string;
}

/** `assay sign blob FILE`, `assay sign image DIGEST`. */
export function addSignCommands(program: Command, run: RunCommand): void {
  const sign = program.command('sign').description("sign with the tenant's key, which never leaves the platform");

  sign
    .command('blob <file>')
    .description('sign a file of any kind')
    .option('--output <file>', 'where to write the signature, in base64')
    .action((file: string, { output }: { output?: string }) =>
      run(async (context) => {
        const signed = await context.gateway.json<Signed>({
          method: 'POST',
          path: '/api/v1/sign/blob',
          body: createReadStream(file),
          contentType: 'application/octet-stream',
        });
        return handOut(context, file, signed, output);
      }),
    );

  sign
    .command('image <digest>')
    .description('sign the digest of an image, for example registry.example/app@sha256:…')
    .option('--reference <reference>', 'what you call the image')
    .option('--repository <repository>', 'the repository that it was built from')
    .option('--output <file>', 'where to write the signature, in base64')
    .action((digest: string, options: { reference?: string; repository?: string; output?: string }) =>
      run(async (context) => {
        const { output, ...about } = options;
        const signed = await context.gateway.json<Signed>({
          method: 'POST',
          path: '/api/v1/sign/image',
          body: JSON.stringify({ digest, ...about }),
          contentType: 'application/json',
        });
        return handOut(context, digest, signed, output);
      }),
    );
}

/** Without a line break at the end, as cosign writes and reads it. */
async function handOut({ output }: CommandContext, what: string, signed: Signed, file?: string): Promise<number> {
  if (file !== undefined) await writeFile(file, signed.signature);
  const where = file === undefined ? signed.signature : `the signature is in ${file}`;
  output.result(signed, [
    `${what}: signed with the key ${signed.keyId}`,
    ...(signed.id === undefined ? [] : [`  record ${signed.id}`]),
    `  ${where}`,
  ]);
  return exitCodes.ok;
}
