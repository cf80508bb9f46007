import { Module } from '@nestjs/common';
import { RunNewsStore } from './run-news.store.js';
import { RunRescansStore } from './run-rescans.store.js';

/** What rescans leave behind, for those who judge and those who read. */
@Module({ providers: [RunNewsStore, RunRescansStore], exports: [RunNewsStore, RunRescansStore] })
export class RescanRecordsModule {}
