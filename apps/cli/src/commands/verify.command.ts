import { createReadStream } from 'node:fs';
import type { Command } from 'commander';
import { exitCodes } from '../exit-codes.js';
import type { RunCommand } from './command-context.js';

interface VerifiedBlob {
  readonly verified: boolean;
  readonly digest: string;
  readonly failures: readonly { readonly check: string; readonly message: string }[];
}

/** `assay verify blob FILE`. */
export function addVerifyCommands(program: Command, run: RunCommand): void {
  program
    .command('verify')
    .description('check signatures')
    .command('blob <file>')
    .description('is this the document that was attested, byte for byte?')
    .action((file: string) =>
      run(async ({ gateway, output }) => {
        const answer = await gateway.json<VerifiedBlob>({
          method: 'POST',
          path: '/api/v1/verify/blob',
          body: createReadStream(file),
          contentType: 'application/octet-stream',
        });
        const lines = answer.verified
          ? [`${file}: verified, ${answer.digest}`]
          : [`${file}: NOT verified`, ...answer.failures.map(({ check, message }) => `  ${check}: ${message}`)];
        output.result(answer, lines);
        return answer.verified ? exitCodes.ok : exitCodes.blocked;
      }),
    );
}
