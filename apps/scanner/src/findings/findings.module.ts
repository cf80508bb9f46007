import { Module } from '@nestjs/common';
import { RecordFindings } from './record-findings.service.js';
import { SubjectFindingsStore } from './subject-findings.store.js';

/** What is true of each subject, and since when. */
@Module({
  providers: [RecordFindings, SubjectFindingsStore],
  exports: [RecordFindings, SubjectFindingsStore],
})
export class FindingsModule {}
