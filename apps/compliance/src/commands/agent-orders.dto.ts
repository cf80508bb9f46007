import { IgnoresUnknownFields } from '@assay/service-host';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { limits } from '../limits.js';
import type { AgentCommand } from './agent-command.js';

/** Which rule an agent shall repair. */
@IgnoresUnknownFields()
export class RemediateDto {
  @ApiPropertyOptional({ description: 'The rule’s name in the content, or its id' })
  @IsOptional()
  @IsString()
  readonly rule_id?: string | null;
}

/** Which content an agent shall get. */
@IgnoresUnknownFields()
export class UpgradeContentDto {
  @ApiPropertyOptional({ description: 'As `/compliance/ssg-version` says; the newest without it' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.contentVersionMaxLength)
  @Matches(/^[\w.+-]+$/)
  readonly version?: string | null;
}

/** Statuses of commands in the words of PatchMon's jobs. */
const jobStatus = {
  'awaiting-approval': 'waiting',
  queued: 'waiting',
  sent: 'active',
  running: 'active',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'failed',
  refused: 'failed',
} as const satisfies Record<AgentCommand['status'], string>;

/** How far an installation or upgrade is (`wire/patchmon.md` §6.1), in the words of both generations. */
export function jobReply(command: AgentCommand | null, none: string): object {
  if (command === null) return { success: true, job_id: null, jobId: null, status: 'none', message: none };
  const { id, status, progress, message, steps, error } = command;
  const isDone = status === 'completed';
  return {
    success: true,
    job_id: id,
    jobId: id,
    status: jobStatus[status],
    progress: isDone ? 100 : (progress ?? 0),
    message: message ?? (status === 'cancelled' ? 'Cancelled' : null),
    install_events: steps,
    error: error ?? (status === 'cancelled' ? 'Cancelled' : null),
  };
}

/** The answer to an order, in the words of both generations. */
export function orderReply(command: AgentCommand, isRepeat: boolean, message: string): object {
  const { id, hostId, status } = command;
  const waits = status === 'awaiting-approval' ? `${message} once a second admin has approved it` : message;
  return {
    success: true,
    message: waits,
    host_id: hostId,
    hostId,
    job_id: id,
    jobId: id,
    ...(isRepeat && { already_queued: true }),
    commands: [{ id, status }],
  };
}
