import { agentCommandKinds, type AgentCommandStatus, agentCommandStatuses } from '@assay/contracts';
import { PageQueryDto } from '@assay/service-host';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import type { AgentCommand, InstallStep } from './agent-command.js';

/** Which commands. */
export class CommandQueryDto extends PageQueryDto {
  @ApiPropertyOptional({ format: 'uuid', description: 'Those of one host' })
  @IsOptional()
  @IsUUID()
  readonly host?: string;

  @ApiPropertyOptional({ enum: agentCommandStatuses })
  @IsOptional()
  @IsIn(agentCommandStatuses)
  readonly status?: AgentCommandStatus;
}

/** Something that an agent was, or is to be, told. */
export class CommandDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty({ format: 'uuid' }) readonly hostId!: string;
  @ApiProperty({ enum: agentCommandKinds }) readonly kind!: string;
  @ApiProperty({ enum: agentCommandStatuses }) readonly status!: AgentCommandStatus;
  @ApiProperty({ type: 'object', additionalProperties: true }) readonly options!: object;
  @ApiProperty() readonly requestedBy!: string;
  @ApiProperty({ type: String, nullable: true }) readonly approvedBy!: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) readonly approveBy!: string | null;
  @ApiProperty({ type: String, nullable: true }) readonly cancelledBy!: string | null;
  @ApiProperty({ type: 'integer', description: 'How often it was written to the agent' }) readonly writes!: number;
  @ApiProperty({ type: String, nullable: true }) readonly phase!: string | null;
  @ApiProperty({ type: Number, nullable: true, description: '0 to 100' }) readonly progress!: number | null;
  @ApiProperty({ type: String, nullable: true }) readonly message!: string | null;
  @ApiProperty({ type: String, nullable: true }) readonly error!: string | null;
  @ApiProperty({ type: [Object] }) readonly steps!: readonly InstallStep[];
  @ApiProperty({ type: [String], format: 'uuid' }) readonly scanIds!: readonly string[];
  @ApiProperty({ format: 'date-time' }) readonly createdAt!: string;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) readonly sentAt!: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) readonly progressedAt!: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) readonly endedAt!: string | null;
}

/** A page of commands. */
export class CommandPageDto {
  @ApiProperty({ type: [CommandDto] }) readonly items!: readonly CommandDto[];
  @ApiProperty({ type: String, nullable: true }) readonly nextCursor!: string | null;
}

export function toCommandDto(command: AgentCommand): CommandDto {
  const { id, hostId, kind, status, options, requestedBy, approvedBy, cancelledBy, writes } = command;
  const { phase, progress, message, error, steps, scanIds } = command;
  return {
    id,
    hostId,
    kind,
    status,
    options,
    requestedBy,
    approvedBy,
    approveBy: command.approveBy?.toISOString() ?? null,
    cancelledBy,
    writes,
    phase,
    progress,
    message,
    error,
    steps,
    scanIds,
    createdAt: command.createdAt.toISOString(),
    sentAt: command.sentAt?.toISOString() ?? null,
    progressedAt: command.progressedAt?.toISOString() ?? null,
    endedAt: command.endedAt?.toISOString() ?? null,
  };
}
