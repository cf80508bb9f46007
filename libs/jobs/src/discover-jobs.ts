import { AssayError } from '@assay/kernel';
import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { JobDeclaration } from './job.decorators.js';
import { jobMetadataKey } from './job.decorators.js';
import type { DeclaredJob } from './job-handlers.js';
import type { JobsErrorCode } from './jobs.errors.js';
import { limits } from './limits.js';

type Methods = Record<string, unknown>;

/** Finds the decorated methods of all providers and controllers. */
@Injectable()
export class DiscoverJobs {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  /** @throws AssayError `jobs.bad-declaration` if two share a name or a number is out of range */
  find(): DeclaredJob[] {
    const instances = [...this.discovery.getProviders(), ...this.discovery.getControllers()]
      .filter((wrapper) => wrapper.isDependencyTreeStatic())
      .map((wrapper): unknown => wrapper.instance);
    const jobs = [...new Set(instances)].flatMap((instance) => this.jobsOf(instance));
    checkDeclarations(jobs);
    return jobs;
  }

  private jobsOf(instance: unknown): DeclaredJob[] {
    if (typeof instance !== 'object' || instance === null) return [];
    const prototype: unknown = Object.getPrototypeOf(instance);
    if (typeof prototype !== 'object' || prototype === null || prototype === Object.prototype) return [];
    return this.scanner.getAllMethodNames(prototype).flatMap((key) => {
      const method = (instance as Methods)[key];
      if (typeof method !== 'function') return [];
      const declaration = Reflect.getMetadata(jobMetadataKey, method) as JobDeclaration | undefined;
      if (declaration === undefined) return [];
      return [{ ...declaration, run: method.bind(instance) as DeclaredJob['run'] } as DeclaredJob];
    });
  }
}

/** @throws AssayError `jobs.bad-declaration` if two of a kind share a name or a number is out of range */
export function checkDeclarations(jobs: readonly DeclaredJob[]): void {
  const seen = new Set<string>();
  for (const { kind, options } of jobs) {
    const name = `${kind} ${options.name}`;
    if (seen.has(name)) throw bad(`There are two of ${name}`);
    seen.add(name);
    if ('everyMs' in options && !(options.everyMs >= limits.tickerMinMs)) {
      throw bad(`${name} ticks every ${options.everyMs} ms; at least ${limits.tickerMinMs} are needed`);
    }
    const concurrency = 'concurrency' in options ? (options.concurrency ?? 1) : 1;
    if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > limits.bulkMaxConcurrency) {
      throw bad(`${name} wants ${concurrency} slices at once; 1 to ${limits.bulkMaxConcurrency} are possible`);
    }
  }
}

function bad(message: string): AssayError<JobsErrorCode> {
  return new AssayError('bug', 'jobs.bad-declaration', message);
}
