import { createInterface } from 'node:readline';
import type { ExportVerification } from '@assay/audit';
import { AssayError } from '@assay/kernel';
import type { Command } from 'commander';
import { exitCodes } from '../exit-codes.js';
import type { GatewayClient } from '../gateway.client.js';
import type { CommandContext, RunCommand } from './command-context.js';

interface Verified {
  readonly intact: boolean;
  readonly size: number;
  readonly message: string;
}

interface VerifyOptions {
  readonly log?: string;
  readonly offline?: boolean;
  readonly key?: string;
}

/** `assay audit verify`. */
export function addAuditCommands(program: Command, run: RunCommand): void {
  program
    .command('audit')
    .description('the audit log')
    .command('verify')
    .description('prove the whole log, or name its first altered entry')
    .option('--log <name>', 'platform, for the log of the platform')
    .option('--offline', 'fetch the log and recompute it here, so that nothing the server says is believed')
    .option('--key <verifier-key>', 'with --offline: the key of the log as it was noted down before')
    .action((options: VerifyOptions) =>
      run((context) => (options.offline === true ? verifyHere(context, options) : verifyThere(context, options))),
    );
}

function queryOf({ log }: VerifyOptions): string {
  return log === undefined ? '' : `?log=${encodeURIComponent(log)}`;
}

async function verifyThere({ gateway, output }: CommandContext, options: VerifyOptions): Promise<number> {
  const path = `/api/v1/audit/verify${queryOf(options)}`;
  const answer = await gateway.json<Verified>({ method: 'POST', path });
  output.result(answer, [answer.message]);
  return answer.intact ? exitCodes.ok : exitCodes.blocked;
}

async function verifyHere({ gateway, output }: CommandContext, options: VerifyOptions): Promise<number> {
  const outcome = await verifiedExport(gateway, options).catch(forgedHead);
  if ('forged' in outcome) {
    output.result({ intact: false, message: outcome.forged }, [
      `A signed head is not what it should be. ${outcome.forged}`,
    ]);
    return exitCodes.blocked;
  }
  const { checkpoints, origin, verification } = outcome;
  const key =
    options.key === undefined ? 'The key is the one that came with the log: --key names a trusted one.' : null;
  const lines = verification.intact
    ? [
        `${origin}: ${verification.size} entries give the roots of ${checkpoints} signed heads.`,
        ...(verification.erased > 0 ? [`The payload of ${verification.erased} is not there any more.`] : []),
        ...(verification.uncovered > 0 ? [`${verification.uncovered} are newer than the last signed head.`] : []),
        ...(key === null ? [] : [key]),
      ]
    : [`${origin}: ${verification.message}`];
  output.result({ origin, checkpoints, ...verification }, lines);
  return verification.intact ? exitCodes.ok : exitCodes.blocked;
}

/** A head that was not signed with the key proves the log wrong; any other error leaves it open. */
function forgedHead(error: unknown): { readonly forged: string } {
  if (error instanceof AssayError && /^audit\.(note|checkpoint)-/.test(error.code)) return { forged: error.message };
  throw error;
}

/** The verifier comes with a whole service, which no other command should wait for. */
async function verifiedExport(gateway: GatewayClient, options: VerifyOptions): Promise<ExportVerification> {
  const { verifyExport } = await import('@assay/audit');
  const { body } = await gateway.stream({ path: `/api/v1/audit/export${queryOf(options)}` });
  try {
    return await verifyExport(createInterface({ input: body, crlfDelay: Infinity }), options.key);
  } finally {
    // What is left unread of a log that was refused would keep the connection, and so the process, open.
    body.destroy();
  }
}
