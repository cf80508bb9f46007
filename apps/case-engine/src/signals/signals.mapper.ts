import { momentOf } from './moment.js';
import { type ChangeRecord, momentOfRecord, type SignalRecord } from './read-signals.store.js';
import type { SignalFilter } from './read-signals.service.js';
import { statusOf } from './signal.js';
import type { GroupRecord } from './signal-groups.store.js';
import type { SignalChangeDto, SignalDto, SignalFilterDto, SignalGroupDto } from './signals.dto.js';

export function toFilter({ since, until, ...rest }: SignalFilterDto): SignalFilter {
  const { severity, status, host, rule, tag, assignee, search } = rest;
  const [after, before] = [since, until].map((time) => (time === undefined ? null : momentOf(time)));
  return {
    ...(severity !== undefined && { severity }),
    ...(status !== undefined && { status }),
    ...(host !== undefined && { host }),
    ...(rule !== undefined && { rule }),
    ...(tag !== undefined && { tag }),
    ...(assignee !== undefined && { assignee }),
    ...(search !== undefined && { search }),
    ...(after != null && { since: after }),
    ...(before != null && { until: before }),
  };
}

export function toSignalDto(record: SignalRecord): SignalDto {
  return {
    id: record.id,
    signalId: record.signal_id,
    hostId: record.host_id,
    ruleId: record.rule_id,
    ruleDescription: record.rule_description,
    title: record.title,
    severity: record.severity,
    status: statusOf(record.status),
    assignee: record.assignee,
    tags: record.tags,
    ts: record.ts,
    at: momentOfRecord(record),
    receivedAt: record.received_at.toISOString(),
    mended: record.mended ?? [],
  };
}

export function toChangeDto(record: ChangeRecord): SignalChangeDto {
  const { at, actor, from_status, to_status, assignee, comment, reason } = record;
  return {
    at: at.toISOString(),
    actor,
    from: statusOf(from_status),
    to: statusOf(to_status),
    assignee,
    comment,
    reason,
  };
}

export function toGroupDto(record: GroupRecord): SignalGroupDto {
  const { host_id, rule_id, first_at, last_at, newest_id, title, severity, open, acknowledged, resolved } = record;
  const times = { firstAt: first_at.toISOString(), lastAt: last_at.toISOString(), newestId: newest_id };
  return { hostId: host_id, ruleId: rule_id, title, severity, open, acknowledged, resolved, ...times };
}
