import { Allow, Caller, type Principal } from '@assay/identity';
import { Controller, Get, HttpCode, Post, Query, Req } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { shortText } from './agent-answers.js';
import { AnswerAgent } from './answer-agent.service.js';

const anObject = { schema: { type: 'object' } };

/** What PatchMon's agents ask when they start, and at each interval (`wire/patchmon.md` §2). Always 200: they take no other. */
@ApiTags('dialects')
@Controller('api/v1')
@Allow('agent')
export class PatchMonAgentsController {
  constructor(private readonly answerAgent: AnswerAgent) {}

  @Get('settings/update-interval')
  @ApiOperation({ summary: 'PatchMon: how often the agent reports, in minutes' })
  @ApiOkResponse(anObject)
  async updateInterval(@Caller() caller: Principal): Promise<object> {
    return this.answerAgent.updateInterval(caller);
  }

  @Get('hosts/integrations')
  @ApiOperation({ summary: 'PatchMon: which integrations are on for the agent' })
  @ApiOkResponse(anObject)
  async integrations(@Caller() caller: Principal): Promise<object> {
    return this.answerAgent.integrations(caller);
  }

  @Post('hosts/ping')
  @HttpCode(200)
  @ApiOperation({ summary: 'PatchMon: the agent lives' })
  @ApiBody({ schema: { type: 'object', additionalProperties: true }, required: false })
  @ApiOkResponse(anObject)
  async ping(@Caller() caller: Principal, @Req() { body }: { readonly body: unknown }): Promise<object> {
    return this.answerAgent.ping(caller, body);
  }

  @Get('hosts/agent/version')
  @ApiOperation({ summary: 'PatchMon: the newest version of the agent, which is the one that it has' })
  @ApiOkResponse(anObject)
  async version(@Caller() caller: Principal, @Query() query: Readonly<Record<string, unknown>>): Promise<object> {
    return this.answerAgent.version(caller, shortText(query['currentVersion']));
  }
}
