import { createHash } from 'node:crypto';
import { type Principal, servicePrincipal } from '@assay/identity';
import { InternalHttp, type InternalRequest } from '@assay/service-host';
import { Injectable } from '@nestjs/common';
import { zipSync, type Zippable } from 'fflate';

/** What the signer answers; `signature` is base64 of the ASN.1 DER signature. */
interface SignedBlob {
  readonly keyId: string;
  readonly signature: string;
}

/**
 * A report with everything that an auditor needs to see that it is ours: `cosign verify-blob --key key.pub --signature
 * report.pdf.sig report.pdf`. The signer signs with the tenant's key.
 */
@Injectable()
export class SignedBundle {
  constructor(private readonly http: InternalHttp) {}

  /** The ZIP file. Its entries bear the report date, so that nothing but them changes it. @throws AssayError as `InternalHttp.stream` */
  async execute(caller: Principal, pdf: Buffer, json: Buffer, reportedAt: Date): Promise<Buffer> {
    const [pdfSigned, jsonSigned] = await Promise.all([this.sign(caller, pdf), this.sign(caller, json)]);
    const files = {
      'report.pdf': pdf,
      'report.pdf.sig': Buffer.from(pdfSigned.signature),
      'report.json': json,
      'report.json.sig': Buffer.from(jsonSigned.signature),
      'key.pub': await this.ask(caller, { method: 'GET', path: `/api/v1/keys/${pdfSigned.keyId}/pem` }),
      'digests.txt': Buffer.from(`${sha256(pdf)}  report.pdf\n${sha256(json)}  report.json\n`),
    };
    const entries: Zippable = Object.fromEntries(
      Object.entries(files).map(([name, bytes]) => [name, [bytes, { mtime: reportedAt }]]),
    );
    return Buffer.from(zipSync(entries));
  }

  private async sign(caller: Principal, body: Buffer): Promise<SignedBlob> {
    const headers = { 'content-type': 'application/octet-stream' };
    const answer = await this.ask(caller, { method: 'POST', path: '/api/v1/sign/blob', headers, body });
    return JSON.parse(answer.toString('utf8')) as SignedBlob;
  }

  /** As one of our services for the caller's tenant: who may read a report may have it signed. */
  private async ask({ tenant }: Principal, request: Omit<InternalRequest, 'principal'>): Promise<Buffer> {
    const principal = servicePrincipal('case-engine', tenant);
    const { body } = await this.http.stream('signer', { ...request, principal });
    const chunks: Buffer[] = [];
    for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk);
    return Buffer.concat(chunks);
  }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
