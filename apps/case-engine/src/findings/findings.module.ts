import { Module } from '@nestjs/common';
import { FindingsStore } from './findings.store.js';
import { ReadFindings } from './read-findings.service.js';

@Module({ providers: [FindingsStore, ReadFindings], exports: [FindingsStore, ReadFindings] })
export class FindingsModule {}
