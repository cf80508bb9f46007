import { Spool } from '@assay/artifacts';
import { pickElements } from '@assay/documents';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Admission } from '../../ingest/admission.service.js';
import { INGEST_SETTINGS, type IngestSettings } from '../../ingest/ingest.settings.js';
import { type MultipartForm, readForm } from '../../ingest/multipart.reader.js';
import { ReceiveDocument } from '../../ingest/receive-document.service.js';
import { limits } from '../../limits.js';
import type { Fields } from '../forms/read-fields.service.js';
import { receiveJson, type SpooledPart } from '../forms/spooled-part.js';
import { StrangersSpool } from '../forms/strangers-spool.js';
import { badRequest } from '../patchhound.errors.js';
import { AdmitToken, type PatchHoundCaller } from '../tokens/admit-token.service.js';
import { mustBeComplete, type ScanFile, scanFiles } from './scan-form.js';

const multipart = /^multipart\/form-data\b/i;

/** What is said of a file whose form is wrong (`wire/patchhound.md` §2.2). */
const wordsOf: Readonly<Record<ScanFile, string>> = {
  sbom: 'SBOM file must be valid JSON',
  sast_report: 'Sast report is not valid JSON',
  trivy_report: 'Trivy report is not valid JSON',
  exclusions: 'Exclusions file is not valid JSON',
};
const noJson = /^documents\.(syntax|truncated|empty|encoding)$/;

/** How a client says that it did not run a tool: a report that holds this member, false. */
const switches = [
  { file: 'sast_report', member: 'SAST_SCAN', tool: 'semgrep' },
  { file: 'trivy_report', member: 'TRIVY_SCAN', tool: 'trivy' },
] as const;

/** A scan of somebody we know, complete and well-formed. Whoever has it disposes of it. */
export interface ReceivedScan extends AsyncDisposable {
  readonly caller: PatchHoundCaller;
  readonly fields: Fields;
  /** All but `exclusions` are there. */
  readonly files: ReadonlyMap<ScanFile, SpooledPart>;
  /** Tools that were not run. */
  readonly skipped: readonly string[];
}

/** Where bodies go, and who may send them. */
@Injectable()
export class ScanIntake {
  readonly strangers = new StrangersSpool();

  constructor(
    readonly receiveDocument: ReceiveDocument,
    readonly spool: Spool,
    readonly admission: Admission,
    @Inject(INGEST_SETTINGS) readonly settings: IngestSettings,
  ) {}
}

/** Takes the form of a scan off the wire. Its parts come in any order: nothing is stored or said before the token is checked. */
@Injectable()
export class ReceiveScan {
  constructor(
    private readonly intake: ScanIntake,
    private readonly admitToken: AdmitToken,
  ) {}

  /** @throws AssayError `patchhound.*` in the order of complaints of the protocol; those of `Admission` */
  async execute(request: FastifyRequest): Promise<ReceivedScan> {
    await this.intake.admission.canAccept();
    const share = this.intake.strangers.open(request.ip);
    let identified: Promise<PatchHoundCaller> | undefined;
    const identify = (token: unknown): Promise<PatchHoundCaller> =>
      (identified ??= this.identify(request, token).then((caller) => {
        share.release();
        return caller;
      }));
    try {
      const { fields, files } = await this.read(request, share.add, async (name, value) => {
        if (name === 'token') await identify(value);
      });
      try {
        const caller = await identify(fields['token']);
        const received = await this.check(fields, files);
        return { caller, ...received, [Symbol.asyncDispose]: () => disposeAll(files) };
      } catch (error) {
        await disposeAll(files);
        throw error;
      }
    } finally {
      share.release();
    }
  }

  private async identify(request: FastifyRequest, token: unknown): Promise<PatchHoundCaller> {
    const caller = await this.admitToken.execute(request, token);
    await this.intake.admission.mayStore(caller.principal);
    return caller;
  }

  private async read(
    request: FastifyRequest,
    onBytes: (bytes: number) => void,
    onField: (name: string, value: string) => Promise<void>,
  ): Promise<MultipartForm<SpooledPart>> {
    const contentType = request.headers['content-type'] ?? '';
    if (!multipart.test(contentType) || request.body === undefined) return { fields: {}, files: new Map() };
    const { receiveDocument, spool, settings } = this.intake;
    return readForm(receiveDocument.body(request), contentType, {
      files: scanFiles,
      receive: (file) =>
        receiveJson(file, settings.maxDocumentBytes, (bytes) => spool.spool(bytes, ({ length }) => onBytes(length))),
      onField,
      maxFieldBytes: limits.patchHoundFieldBytes,
    });
  }

  private async check(
    fields: Fields,
    files: ReadonlyMap<string, SpooledPart>,
  ): Promise<Pick<ReceivedScan, 'fields' | 'files' | 'skipped'>> {
    mustBeComplete(fields, files);
    const known = new Map(scanFiles.flatMap((name) => (isThere(files.get(name)) ? [[name, files.get(name)!]] : [])));
    for (const [name, { problem }] of known) {
      if (problem === null) continue;
      throw badRequest(noJson.test(problem.code) ? wordsOf[name] : `${wordsOf[name]}: ${problem.message}`);
    }
    const skipped: string[] = [];
    for (const { file, member, tool } of switches) {
      if (await isSwitchedOff(known.get(file), member)) skipped.push(tool);
    }
    return { fields, files: known, skipped };
  }
}

/** An empty file is one that is not there. */
function isThere(part: SpooledPart | undefined): boolean {
  return part !== undefined && (part.content.size > 0 || part.problem?.code !== 'documents.empty');
}

async function isSwitchedOff(part: SpooledPart | undefined, member: string): Promise<boolean> {
  if (part === undefined || !part.has(member)) return false;
  for await (const { value } of pickElements(part.content.content(), [member])) {
    return value === false || String(value).toLowerCase() === 'false';
  }
  return false;
}

async function disposeAll(files: ReadonlyMap<string, SpooledPart>): Promise<void> {
  await Promise.all([...files.values()].map((part) => part[Symbol.asyncDispose]()));
}
