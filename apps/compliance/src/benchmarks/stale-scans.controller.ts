import { Allow, Caller, type Principal } from '@assay/identity';
import { BulkJobs } from '@assay/jobs';
import { Transactions } from '@assay/persistence';
import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { endStaleScansJob } from './end-stale-scans.job.js';

/** `wire/patchmon.md` §6.2. */
export class CleanupDto {
  @ApiProperty({ enum: [true] }) readonly success!: true;
  @ApiProperty() readonly message!: string;
  @ApiProperty({ format: 'uuid' }) readonly jobId!: string;
}

@ApiTags('patchmon')
@Controller('api/v1/compliance/scans')
export class StaleScansController {
  constructor(
    private readonly transactions: Transactions,
    private readonly jobs: BulkJobs,
  ) {}

  @Post('cleanup')
  @HttpCode(200)
  @ApiOperation({ summary: 'Ends scans that have run for more than three hours' })
  @Allow('admin')
  @ApiOkResponse({ type: CleanupDto })
  async cleanUp(@Caller() { tenant, actor }: Principal): Promise<CleanupDto> {
    const jobId = await this.transactions.run({ tenant, actor }, (tx) =>
      this.jobs.start(tx, { name: endStaleScansJob, input: {}, lane: 'interactive' }),
    );
    return { success: true, message: 'Cleanup of stale scans started', jobId };
  }
}
