import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { missing } from '../patchhound.errors.js';
import { NativeRuns } from './native-runs.client.js';
import { type ResourceFile, textFile } from './resource-file.js';
import type { ScanDirectory } from './scan-directory.js';

/** The report of a scan as PDF and what proves it: its signature, the public key, its digest (`wire/patchhound.md` §2.5). */
@Injectable()
export class MakePdfBundle {
  constructor(private readonly native: NativeRuns) {}

  /**
   * The PDF first, made anew.
   *
   * @param isBare without the proofs
   * @throws AssayError `patchhound.not-found` while the scan is not judged
   */
  async execute({ caller, stem, receipt }: ScanDirectory, isBare: boolean): Promise<[ResourceFile, ...ResourceFile[]]> {
    const { principal } = caller;
    if (receipt.result === null) throw missing('No scans found for repo');
    const pdf = await buffer(await this.native.pdf(principal, receipt.result.runId, new Date()));
    const name = `${stem}_pdf_summary_report.pdf`;
    const file: ResourceFile = { name, open: () => Promise.resolve(Readable.from([pdf])) };
    if (isBare) return [file];
    const { signature, keyId } = await this.native.sign(principal, pdf);
    const digest = createHash('sha256').update(pdf).digest('hex');
    return [
      file,
      textFile(`${name}.sig`, () => signature),
      { name: `${stem}.pub`, open: () => this.native.publicKey(principal, keyId) },
      textFile(`${stem}_pdf_digest.txt`, () => `SHA256: ${digest}`),
    ];
  }
}
