import { type SignalStatus, signalStatuses } from '@assay/contracts';
import { Allow, Caller, type Principal } from '@assay/identity';
import { AssayError } from '@assay/kernel';
import { Body, Controller, Get, Header, Param, Patch, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { CaseEngineErrorCode } from '../case-engine.errors.js';
import { ChangeSignals } from './change-signals.service.js';
import { momentOf } from './moment.js';
import { ReadSignals } from './read-signals.service.js';
import { ReadSignalStats } from './read-signal-stats.service.js';
import {
  SantamonHostDto,
  SantamonListDto,
  SantamonStatsDto,
  SantamonStatusDto,
  SantamonStatusReplyDto,
} from './santamon.dto.js';
import { santamonList } from './santamon-list.js';

/** Signals as Santamon's page and its callers ask for them (`wire/santamon.md` §3 and §5). */
@ApiTags('santamon')
@Controller(['', 'santamon'])
@Allow('admin', 'analyst', 'viewer')
export class SantamonController {
  constructor(
    private readonly read: ReadSignals,
    private readonly stats: ReadSignalStats,
    private readonly change: ChangeSignals,
  ) {}

  @Get('signals')
  @Header('content-type', 'application/json')
  @ApiOperation({ summary: 'Signals with their contexts, newest first; `next_cursor` where there are more' })
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true } })
  async list(@Query() query: SantamonListDto, @Caller() caller: Principal): Promise<Buffer> {
    const { severity, host_id: host, search, since, limit, cursor } = query;
    const status = toStatus(query.status);
    const after = since === undefined ? null : momentOf(since);
    const filter = {
      ...(severity !== undefined && { severity }),
      ...(host !== undefined && { host }),
      ...(search !== undefined && { search: search.trim() }),
      ...(after !== null && { since: after }),
      ...(status !== null && { status }),
    };
    return santamonList(await this.read.listWhole(caller, filter, { limit, ...(cursor !== undefined && { cursor }) }));
  }

  @Patch('signals/:signalId/status')
  @Allow('admin', 'analyst')
  @ApiOperation({ summary: 'Changes a signal’s status; 409 where two hosts have one of this id' })
  @ApiOkResponse({ type: SantamonStatusReplyDto })
  async changeStatus(
    @Param('signalId') signalId: string,
    @Query() { host_id: host }: SantamonHostDto,
    @Body() change: SantamonStatusDto,
    @Caller() caller: Principal,
  ): Promise<SantamonStatusReplyDto> {
    await this.change.bySignalId(caller, signalId, change, host);
    return { signal_id: signalId, status: change.status };
  }

  @Get('stats')
  @ApiOperation({ summary: 'Counts of signals' })
  @ApiOkResponse({ type: SantamonStatsDto })
  async count(@Caller() caller: Principal): Promise<SantamonStatsDto> {
    const { total, last24h, bySeverity, byHost, topRules } = await this.stats.execute(caller);
    return {
      total_signals: total,
      last_24h: last24h,
      by_severity: bySeverity,
      by_host: byHost,
      top_rules: topRules.map(({ ruleId, count }) => ({ rule_id: ruleId, count })),
    };
  }
}

/** The status that is asked for; null for all of them. */
function toStatus(text: string): SignalStatus | null {
  if (text === '' || text === 'all') return null;
  const status = signalStatuses.find((each) => each === text);
  if (status !== undefined) return status;
  const message = `Invalid status. Must be one of: ${signalStatuses.join(', ')}, all`;
  throw new AssayError<CaseEngineErrorCode>('invalid', 'signals.wrong-status', message);
}
