import { ApiProperty } from '@nestjs/swagger';
import type { Alert } from './alert.js';
import type { NotableFinding } from './notable-event.js';

/** An alert: a rule matched an event. */
export class AlertDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty() readonly title!: string;
  @ApiProperty({ type: String, nullable: true }) readonly severity!: string | null;
  @ApiProperty({ type: 'object', properties: { id: { type: 'string' }, name: { type: 'string' } } })
  readonly rule!: { readonly id: string; readonly name: string };
  @ApiProperty({ type: 'object', properties: { id: { type: 'string' }, name: { type: 'string' } } })
  readonly event!: { readonly id: string; readonly name: string; readonly time: string };
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true }) readonly subject!: object | null;
  @ApiProperty({ type: String, nullable: true }) readonly commitSha!: string | null;
  @ApiProperty({ type: Number, nullable: true }) readonly caseId!: number | null;
  @ApiProperty({ type: String, nullable: true, format: 'uuid' }) readonly runId!: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'uuid' }) readonly receiptId!: string | null;
  @ApiProperty({ description: 'Matching findings in all' }) readonly matched!: number;
  @ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true }, description: 'The worst ones' })
  readonly findings!: readonly NotableFinding[];
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true }) readonly details!: object | null;
  @ApiProperty({
    type: String,
    nullable: true,
    format: 'uuid',
    description: 'The silence that kept it from being told',
  })
  readonly silencedBy!: string | null;
  @ApiProperty({ format: 'date-time' }) readonly raisedAt!: string;
  @ApiProperty({ type: String, nullable: true, format: 'date-time', description: 'When what it told of was over' })
  readonly resolvedAt!: string | null;
  @ApiProperty({ description: 'True for the message that something is over' }) readonly recovers!: boolean;
}

/** A page of alerts. */
export class AlertPageDto {
  @ApiProperty({ type: [AlertDto] }) readonly items!: readonly AlertDto[];
  @ApiProperty({ type: String, nullable: true }) readonly nextCursor!: string | null;
}

export function toAlertDto(alert: Alert): AlertDto {
  const { id, title, severity, matched, content, silencedBy, receiptId } = alert;
  const { subject, commitSha, caseId, runId, findings, details } = content;
  return {
    id,
    title,
    severity,
    rule: { id: alert.ruleId, name: alert.ruleName },
    event: { id: alert.eventId, name: alert.eventName, time: alert.eventTime.toISOString() },
    subject,
    commitSha,
    caseId,
    runId,
    receiptId,
    matched,
    findings,
    details,
    silencedBy,
    raisedAt: alert.raisedAt.toISOString(),
    resolvedAt: alert.resolvedAt?.toISOString() ?? null,
    recovers: content.resolves === true,
  };
}
