import { Module } from '@nestjs/common';
import { FindingsModule } from '../findings/findings.module.js';
import { VulnerabilitiesModule } from '../vulnerabilities/vulnerabilities.module.js';
import { AffectedSubjects } from './affected-subjects.read-model.js';
import { VulnerabilitiesController } from './vulnerabilities.controller.js';

/** Who is exposed to what. */
@Module({
  imports: [FindingsModule, VulnerabilitiesModule],
  controllers: [VulnerabilitiesController],
  providers: [AffectedSubjects],
})
export class ExposureModule {}
