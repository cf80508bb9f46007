import { type JobContext, PeriodicJob } from '@assay/jobs';
import { Injectable } from '@nestjs/common';
import { CloseStaleCases } from './close-stale-cases.service.js';

/** Once an hour: nobody waits for it, and a case that opens again an hour early or late is no harm. */
@Injectable()
export class CloseStaleCasesJob {
  constructor(private readonly closeStaleCases: CloseStaleCases) {}

  @PeriodicJob({ name: 'case-engine-close-stale-cases', cron: '43 * * * *' })
  async run({ signal, logger }: JobContext): Promise<void> {
    const closed = await this.closeStaleCases.execute(new Date(), signal);
    if (closed > 0) logger.info({ closed }, 'closed cases that nobody sends runs of any more');
  }
}
