import { createReadStream } from 'node:fs';
import { AssayError } from '@assay/kernel';
import { type Command, Option } from 'commander';
import { exitCodes } from '../exit-codes.js';
import {
  type OfflineVerification,
  publicKeyIn,
  signatureIn,
  verifyAttestation,
  verifyDetached,
} from '../offline-verification.js';
import type { CommandContext, RunCommand } from './command-context.js';

interface VerifiedBlob {
  readonly verified: boolean;
  readonly digest: string;
  readonly failures: readonly { readonly check: string; readonly message: string }[];
}

interface VerifiedImage {
  readonly verified: boolean;
  readonly message: string;
}

interface BlobOptions {
  readonly signature?: string;
  readonly attestation?: string;
  readonly key?: string;
}

/** `assay verify blob FILE`, `assay verify image DIGEST`, `assay verify verdict FILE`: by the platform, or with a public key and nobody asked. */
export function addVerifyCommands(program: Command, run: RunCommand): void {
  const verify = program.command('verify').description('check signatures');
  const key = '--key <file>';
  const keyMeans = 'a public key in PEM; nothing is asked of the platform then';

  verify
    .command('blob <file>')
    .description('is this the document that was attested, or the file that was signed, byte for byte?')
    .option('--signature <file>', 'its detached signature in base64')
    .addOption(new Option('--attestation <file>', 'its attestation; needs --key').conflicts('signature'))
    .option(key, keyMeans)
    .action((file: string, options: BlobOptions) =>
      run((context) =>
        options.key === undefined ? blobThere(context, file, options) : blobHere(context, file, options),
      ),
    );

  verify
    .command('verdict <file>')
    .description('does this signed verdict still hold, and if not, what has changed?')
    .option('--pinned', 'only what the statement names: not what exceptions, policy and advisories say today')
    .action((file: string, options: { pinned?: boolean }) =>
      run((context) => verdictThere(context, file, options.pinned === true)),
    );

  verify
    .command('image <digest>')
    .description('is this an image that was signed, for example registry.example/app@sha256:…?')
    .option('--record <id>', 'the signature that it has to be; else the newest of this digest')
    .addOption(new Option('--signature <file>', 'a detached signature in base64; needs --key').conflicts('record'))
    .option(key, keyMeans)
    .action((digest: string, options: { record?: string; signature?: string; key?: string }) =>
      run(async (context) => {
        const { record, signature, key: keyFile } = options;
        if (keyFile !== undefined || signature !== undefined) {
          const [given, publicKey] = [
            await signatureIn(needed(signature, '--signature')),
            await publicKeyIn(needed(keyFile, '--key')),
          ];
          return tell(context, digest, await verifyDetached([Buffer.from(digest)], given, publicKey));
        }
        const answer = await context.gateway.json<VerifiedImage>({
          method: 'POST',
          path: '/api/v1/verify/image',
          body: JSON.stringify({ digest, ...(record === undefined ? {} : { recordId: record }) }),
          contentType: 'application/json',
        });
        return tell(context, digest, answer);
      }),
    );
}

/** What `POST /api/v1/verdicts/verify` answers, as far as people are told of it. */
interface VerifiedVerdict {
  readonly verified: boolean;
  readonly message: string;
  readonly runId: string;
  readonly decidedAt: string;
  readonly result: { readonly verdict: string };
  readonly reproduced: boolean;
  readonly differences: readonly Difference[];
  readonly today: { readonly verdict: string; readonly differences: readonly Difference[] } | null;
}

interface Difference {
  readonly what: string;
  readonly message: string;
}

/** 0 where signature and judgement hold and today's answer is the same; without today's where only the past is asked for. */
async function verdictThere({ gateway, output }: CommandContext, file: string, pinned: boolean): Promise<number> {
  const answer = await gateway.json<VerifiedVerdict>({
    method: 'POST',
    path: '/api/v1/verdicts/verify',
    body: createReadStream(file),
    contentType: 'application/json',
  });
  const { verified, reproduced, differences, result, today } = answer;
  const same = verified && reproduced && (pinned || today?.verdict === result.verdict);
  const listed = (all: readonly Difference[]): string[] => all.map(({ what, message }) => `  ${what}: ${message}`);
  const lines = [
    `${file}: ${result.verdict}, decided ${answer.decidedAt} on run ${answer.runId}`,
    verified ? 'signature: verified' : `signature: NOT verified, ${answer.message}`,
    reproduced ? 'judgement: the same answer follows from the statement' : 'judgement: NOT the same',
    ...listed(differences),
    ...(pinned ? [] : [`today: ${today?.verdict ?? 'cannot be said'}`, ...listed(today?.differences ?? [])]),
  ];
  output.result({ ...answer, same }, lines);
  return same ? exitCodes.ok : exitCodes.blocked;
}

async function blobThere({ gateway, output }: CommandContext, file: string, options: BlobOptions): Promise<number> {
  if (options.attestation !== undefined) needed(options.key, '--key');
  const signature = options.signature === undefined ? null : await signatureIn(options.signature);
  const query = signature === null ? '' : `?signature=${encodeURIComponent(signature.toString('base64'))}`;
  const answer = await gateway.json<VerifiedBlob>({
    method: 'POST',
    path: `/api/v1/verify/blob${query}`,
    body: createReadStream(file),
    contentType: 'application/octet-stream',
  });
  const lines = answer.verified
    ? [`${file}: verified, ${answer.digest}`]
    : [`${file}: NOT verified`, ...answer.failures.map(({ check, message }) => `  ${check}: ${message}`)];
  output.result(answer, lines);
  return answer.verified ? exitCodes.ok : exitCodes.blocked;
}

async function blobHere(context: CommandContext, file: string, options: BlobOptions): Promise<number> {
  const key = needed(options.key, '--key');
  if (options.attestation !== undefined) {
    return tell(context, file, await verifyAttestation(file, options.attestation, key));
  }
  const signature = await signatureIn(needed(options.signature, '--signature or --attestation'));
  const content = createReadStream(file) as AsyncIterable<Buffer>;
  return tell(context, file, await verifyDetached(content, signature, await publicKeyIn(key)));
}

function tell({ output }: CommandContext, what: string, answer: OfflineVerification | VerifiedImage): number {
  output.result(
    answer,
    answer.verified ? [`${what}: verified, ${answer.message}`] : [`${what}: NOT verified`, `  ${answer.message}`],
  );
  return answer.verified ? exitCodes.ok : exitCodes.blocked;
}

function needed(value: string | undefined, option: string): string {
  if (value !== undefined) return value;
  throw new AssayError('invalid', 'cli.option-missing', `${option} is needed, too`);
}
