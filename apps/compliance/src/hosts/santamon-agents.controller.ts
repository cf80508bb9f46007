import { Allow, Caller, type Principal } from '@assay/identity';
import { AssayError } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { decodeCursor, pageOf } from '@assay/service-host';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { limits } from '../limits.js';
import { visibilityOf } from './host-visibility.js';
import type { HostsErrorCode } from './hosts.errors.js';
import { type SantamonAgent, SantamonAgents } from './santamon-agents.read-model.js';

const cursorSchema = z.object({ at: z.iso.datetime(), id: z.string(), since: z.iso.datetime() });
/** Not called `Query`: the decorator's name in the metadata would then be taken for a class to check against. */
type Asked = Readonly<Record<string, unknown>>;

/**
 * `GET /agents` (`wire/santamon.md` §4.2). Its own keys answer as the page says: those of the last ten minutes unless
 * `since` asks for others. An agent that has been quiet for longer does not vanish from the answer, though: without `since`
 * it stands in `offline`, newest first, a key that the old page does not read. Both have the same limit; `next_cursor` and
 * `next_offline_cursor` lead to the rest, given as `cursor` and `offline_cursor`.
 */
@ApiTags('dialects')
@Controller(['agents', 'santamon/agents'])
export class SantamonAgentsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly agents: SantamonAgents,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Santamon: the newest heartbeat of each agent; those that are offline beside' })
  @ApiQuery({ name: 'since', required: false, description: 'ISO time; the last ten minutes without it' })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: 2000, default: 200 } })
  @ApiQuery({ name: 'cursor', required: false })
  @ApiQuery({ name: 'offline_cursor', required: false })
  @ApiOkResponse({ schema: { type: 'object' } })
  @Allow('admin', 'analyst', 'viewer')
  async list(@Caller() caller: Principal, @Query() query: Asked): Promise<object> {
    const limit = limitOf(query['limit']);
    const asked = sinceOf(query['since']);
    const [after, offlineAfter] = [cursorOf(query['cursor']), cursorOf(query['offline_cursor'])];
    return this.transactions.run(caller.tenant, async (tx) => {
      const now = tx.now;
      const isShown = visibilityOf(caller);
      // A cursor keeps the moment that its list began at: nobody slips out of it between two pages.
      const first = new Date(now.getTime() - limits.santamonAgentsWindowMs);
      const since = new Date(after?.since ?? offlineAfter?.since ?? asked ?? first);
      const rows = await this.agents.list(tx, isShown, { since, until: null }, after, limit + 1);
      const quiet =
        asked === null
          ? await this.agents.list(tx, isShown, { since: null, until: since }, offlineAfter, limit + 1)
          : [];
      const keysOf = ({ receivedAt, id }: SantamonAgent) => ({
        at: receivedAt.toISOString(),
        id,
        since: since.toISOString(),
      });
      const here = pageOf(rows, limit, keysOf);
      const gone = pageOf(quiet, limit, keysOf);
      return {
        count: here.items.length,
        heartbeats: here.items.map((agent) => toHeartbeat(agent, now)),
        next_cursor: here.nextCursor,
        ...(asked === null && {
          offline: gone.items.map((agent) => toHeartbeat(agent, now)),
          next_offline_cursor: gone.nextCursor,
        }),
      };
    });
  }
}

function toHeartbeat(agent: SantamonAgent, now: Date): object {
  const receivedAt = agent.receivedAt.toISOString();
  return {
    agent_id: agent.id,
    timestamp: agent.saidAt,
    version: agent.version,
    os_version: agent.osVersion,
    uptime_seconds: agent.uptimeSeconds,
    received_at: receivedAt,
    last_seen_at: receivedAt,
    online: now.getTime() - agent.receivedAt.getTime() <= limits.santamonOnlineMs,
  };
}

function limitOf(value: unknown): number {
  if (value === undefined || value === '') return limits.santamonAgentsDefault;
  const number = typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= 1 && number <= limits.santamonAgentsMax) return number;
  throw wrong('limit', `Input should be a whole number from 1 to ${limits.santamonAgentsMax}`);
}

/** A time without a zone is UTC, as the old server meant it. */
function sinceOf(value: unknown): Date | null {
  if (value === undefined || value === '') return null;
  // A plus sign that was not encoded arrives as a blank.
  const text = String(value)
    .trim()
    .replace(/ (?=\d\d:?\d\d$)/, '+');
  const zoned = /(?:z|[+-]\d\d:?\d\d)$/i.test(text) || !/[t ]\d\d:\d\d/i.test(text) ? text : `${text}Z`;
  const ms = Date.parse(zoned);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(ms)) throw wrong('since', 'Input should be a valid datetime');
  return new Date(ms);
}

function cursorOf(value: unknown): z.infer<typeof cursorSchema> | null {
  return typeof value === 'string' && value !== '' ? decodeCursor(value, cursorSchema) : null;
}

function wrong(field: string, message: string): AssayError<HostsErrorCode> {
  return new AssayError('invalid', 'hosts.malformed-query', 'The query has values that are wrong.', {
    fields: [{ field, message }],
  });
}
