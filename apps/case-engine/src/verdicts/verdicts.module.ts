import { Module } from '@nestjs/common';
import { CasesModule } from '../cases/cases.module.js';
import { RunsModule } from '../runs/runs.module.js';
import { JudgedToday } from './judged-today.service.js';
import { SignedVerdictsClient } from './signed-verdicts.client.js';
import { StoredEvidence } from './stored-evidence.service.js';
import { VerdictsController } from './verdicts.controller.js';
import { VerifyVerdict } from './verify-verdict.service.js';

/** Signed verdicts, and whether they still hold (`docs/adr/0010-signed-verdicts.md`). */
@Module({
  imports: [CasesModule, RunsModule],
  controllers: [VerdictsController],
  providers: [SignedVerdictsClient, StoredEvidence, JudgedToday, VerifyVerdict],
})
export class VerdictsModule {}
