import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findCosign } from './cosign.env.js';

/** A proxy that nobody listens on: what reaches for the network fails, and so proves that nothing has to. */
const offline = { HTTPS_PROXY: 'http://127.0.0.1:1', HTTP_PROXY: 'http://127.0.0.1:1' };

/** Why a test with cosign is skipped where there is none. */
export const noCosign = 'no cosign in COSIGN_BIN, on PATH or in .cache/bin (tools/setup/obtain-cosign.sh builds it)';

export interface CosignOutcome {
  readonly code: number;
  readonly said: string;
}

/** An auditor's desk: the real cosign, without a network, in a folder with nothing but the files that were handed out. */
export class StockCosign implements AsyncDisposable {
  static readonly isThere = findCosign() !== null;

  private constructor(private readonly folder: string) {}

  static async open(): Promise<StockCosign> {
    return new StockCosign(await mkdtemp(join(tmpdir(), 'assay-cosign-')));
  }

  async put(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
    for (const [name, content] of Object.entries(files)) await writeFile(join(this.folder, name), content);
  }

  /** `cosign verify-blob --key KEY --signature SIGNATURE BLOB`, all of them files that were put. */
  verifyBlob(key: string, signature: string, blob: string): Promise<CosignOutcome> {
    return this.run('verify-blob', '--key', key, '--signature', signature, blob);
  }

  /** `cosign verify-blob-attestation --key KEY --type TYPE --signature ATTESTATION BLOB`; `form` may be `bundle`. */
  verifyAttestation(
    key: string,
    attestation: string,
    blob: string,
    type: string,
    form: 'signature' | 'bundle' = 'signature',
  ): Promise<CosignOutcome> {
    return this.run('verify-blob-attestation', '--key', key, '--type', type, `--${form}`, attestation, blob);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private async run(command: string, ...options: string[]): Promise<CosignOutcome> {
    const given = [command, '--insecure-ignore-tlog', ...options];
    const env = { HOME: this.folder, ...offline };
    return promisify(execFile)(findCosign() ?? '', given, { cwd: this.folder, env }).then(
      ({ stderr }) => ({ code: 0, said: stderr }),
      (error: { code: number; stderr: string }) => ({ code: error.code, said: error.stderr }),
    );
  }
}

/** The same bytes but for one. */
export function oneByteChanged(bytes: Uint8Array, at = bytes.length - 1): Buffer {
  return Buffer.from(bytes.map((byte, place) => (place === at ? byte ^ 1 : byte)));
}
