import { Module } from '@nestjs/common';
import { AdvisoriesSubscriber } from './advisories.subscriber.js';
import { AdvisoryIndex } from './advisory-index.service.js';
import { AdvisoryIndexStore } from './advisory-index.store.js';
import { AdvisoryTextsStore } from './advisory-texts.store.js';
import { VulnerabilitiesStore } from './vulnerabilities.store.js';

/** What is known of vulnerabilities. */
@Module({
  controllers: [AdvisoriesSubscriber],
  providers: [AdvisoryIndex, AdvisoryIndexStore, AdvisoryTextsStore, VulnerabilitiesStore],
  exports: [AdvisoryIndex, AdvisoryIndexStore, AdvisoryTextsStore, VulnerabilitiesStore],
})
export class VulnerabilitiesModule {}
