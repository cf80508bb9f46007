import { Module } from '@nestjs/common';
import { WorkerThreads } from './worker-threads.service.js';

/** Threads for what would keep the event loop busy. */
@Module({ providers: [WorkerThreads], exports: [WorkerThreads] })
export class WorkerModule {}
