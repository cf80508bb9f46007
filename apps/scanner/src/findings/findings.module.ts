import { Module } from '@nestjs/common';
import { VulnerabilitiesModule } from '../vulnerabilities/vulnerabilities.module.js';
import { ExceptionsStore } from './exceptions.store.js';
import { ExceptionsSubscriber } from './exceptions.subscriber.js';
import { FindingsController } from './findings.controller.js';
import { ListFindings } from './list-findings.read-model.js';
import { RecordFindings } from './record-findings.service.js';
import { SubjectFindingsStore } from './subject-findings.store.js';
import { VisibleRepositoriesStore } from './visible-repositories.store.js';

/** What is true of each subject, and since when. */
@Module({
  imports: [VulnerabilitiesModule],
  controllers: [ExceptionsSubscriber, FindingsController],
  providers: [ExceptionsStore, ListFindings, RecordFindings, SubjectFindingsStore, VisibleRepositoriesStore],
  exports: [ListFindings, RecordFindings, SubjectFindingsStore, VisibleRepositoriesStore],
})
export class FindingsModule {}
