import { documentKinds, stages, type Verdict, type VexOutcome } from '@assay/contracts';
import { PageQueryDto } from '@assay/service-host';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { type BenchmarkResult, benchmarkResultOf } from './benchmark-result.js';
import { type AcceptedReceipt, receiptStatuses, type ReceiptStatus } from './receipt.js';
import type { Receipt, StageOfReceipt } from './receipts.store.js';

export class ReceiptDocumentDto {
  @ApiProperty({ example: 'sbom' }) readonly role!: string;
  @ApiProperty({ example: 'sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae' })
  readonly digest!: string;
  @ApiProperty({ description: 'Bytes, unpacked' }) readonly size!: number;
}

export class ReceiptLinksDto {
  @ApiProperty({ example: '/api/v1/receipts/0198c6d0-59c0-78c6-976e-5b5410415bde' }) readonly receipt!: string;
  @ApiPropertyOptional({ description: 'Once there is a case' }) readonly case?: string;
  @ApiPropertyOptional({ description: 'Once there is a run' }) readonly run?: string;
  @ApiPropertyOptional({ description: 'The signed verdict on it, a moment later' }) readonly verdict?: string;
  @ApiPropertyOptional({ description: 'Of the run; `.pdf`, `.csv` and `.xlsx` as well' }) readonly report?: string;
}

/** What an accepted request is answered with. */
export class AcceptedDto {
  @ApiProperty({ format: 'uuid' }) readonly receiptId!: string;
  @ApiProperty({ type: [ReceiptDocumentDto] }) readonly documents!: readonly ReceiptDocumentDto[];
  @ApiProperty({ enum: receiptStatuses }) readonly status!: ReceiptStatus;
  @ApiProperty({ type: ReceiptLinksDto }) readonly links!: ReceiptLinksDto;
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'The verdict, or what benchmarks came to',
  })
  readonly result?: Verdict | BenchmarkResult;
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'What a VEX document did, after a wait',
  })
  readonly vex?: VexOutcome;
}

export class ReceiptStageDto {
  @ApiProperty() readonly service!: string;
  @ApiProperty({ enum: stages }) readonly stage!: string;
  @ApiProperty({ format: 'date-time' }) readonly at!: string;
  @ApiProperty() readonly durationMs!: number;
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true }) readonly error!: object | null;
}

/** A receipt in a list: everything but its timeline. */
export class ReceiptSummaryDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty({ enum: documentKinds }) readonly kind!: string;
  @ApiProperty({ nullable: true, type: String }) readonly tool!: string | null;
  @ApiProperty({ type: [ReceiptDocumentDto] }) readonly documents!: readonly ReceiptDocumentDto[];
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true }) readonly subject!: object | null;
  @ApiProperty({ type: 'object', additionalProperties: true }) readonly origin!: object;
  @ApiProperty({ enum: receiptStatuses }) readonly status!: ReceiptStatus;
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true })
  readonly result!: Verdict | BenchmarkResult | null;
  @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: 'What a VEX document did' })
  readonly vex?: VexOutcome;
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true }) readonly error!: object | null;
  @ApiProperty({ format: 'date-time' }) readonly acceptedAt!: string;
  @ApiProperty({ format: 'date-time', nullable: true, type: String }) readonly finishedAt!: string | null;
}

export class ReceiptDto extends ReceiptSummaryDto {
  @ApiProperty({ type: ReceiptLinksDto }) readonly links!: ReceiptLinksDto;
  @ApiProperty({ type: [ReceiptStageDto] }) readonly stages!: readonly ReceiptStageDto[];
}

export class ReceiptPageDto {
  @ApiProperty({ type: [ReceiptSummaryDto] }) readonly items!: readonly ReceiptSummaryDto[];
  @ApiProperty({ nullable: true, type: String }) readonly nextCursor!: string | null;
  @ApiProperty({ required: false }) readonly total?: number;
}

export class ListReceiptsDto extends PageQueryDto {
  @ApiPropertyOptional({ enum: receiptStatuses })
  @IsOptional()
  @IsIn(receiptStatuses)
  readonly status?: ReceiptStatus;
}

export function receiptPath(id: string): string {
  return `/api/v1/receipts/${id}`;
}

export function toAcceptedDto(
  { id, documents }: AcceptedReceipt,
  status: ReceiptStatus,
  result?: Verdict,
): AcceptedDto {
  const links = linksOf(id, result ?? null);
  return { receiptId: id, documents: documents.map(toDocumentDto), status, links, ...(result && { result }) };
}

function linksOf(id: string, result: Verdict | null): ReceiptLinksDto {
  if (result === null) return { receipt: receiptPath(id) };
  const run = `/api/v1/runs/${result.runId}`;
  return {
    receipt: receiptPath(id),
    ...(result.caseId !== null && { case: `/api/v1/cases/${result.caseId}` }),
    run,
    verdict: `${run}/verdict`,
    report: `${run}/report.json`,
  };
}

export function toSummaryDto(receipt: Receipt): ReceiptSummaryDto {
  const { id, kind, tool, documents, subject, origin, status, vex, benchmark, error, acceptedAt, finishedAt } = receipt;
  return {
    id,
    kind,
    tool,
    documents: documents.map(toDocumentDto),
    subject,
    origin,
    status,
    result: benchmark === null ? receipt.result : benchmarkResultOf(Object.values(benchmark)),
    ...(vex && { vex }),
    error,
    acceptedAt: acceptedAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}

export function toReceiptDto(receipt: Receipt, stages: readonly StageOfReceipt[]): ReceiptDto {
  return {
    ...toSummaryDto(receipt),
    links: linksOf(receipt.id, receipt.result),
    stages: stages.map(({ service, stage, at, durationMs, error }) => ({
      service,
      stage,
      at: at.toISOString(),
      durationMs,
      error,
    })),
  };
}

function toDocumentDto({ role, digest, size }: ReceiptDocumentDto): ReceiptDocumentDto {
  return { role, digest, size };
}
