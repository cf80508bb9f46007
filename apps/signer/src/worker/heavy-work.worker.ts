import { parentPort } from 'node:worker_threads';
import { asAssayError } from '@assay/kernel';
import { doWork, type HeavyWork, memoryOf, withBuffers } from './heavy-work.js';

/** One piece of work on its way to a thread. */
export interface Task {
  readonly id: number;
  readonly name: keyof HeavyWork;
  readonly input: HeavyWork[keyof HeavyWork]['input'];
}

/** Its way back. Errors lose their class between threads, so that what makes up an `AssayError` travels. */
export type TaskResult = { readonly id: number } & (
  | { readonly output: HeavyWork[keyof HeavyWork]['output'] }
  | { readonly error: { readonly kind: string; readonly code: string; readonly message: string } }
);

parentPort?.on('message', (task: Task) => {
  doWork(task.name, withBuffers(task.input)).then(
    (output) => parentPort?.postMessage({ id: task.id, output } satisfies TaskResult, memoryOf(output)),
    (cause: unknown) => {
      const { kind, code, message } = asAssayError(cause);
      parentPort?.postMessage({ id: task.id, error: { kind, code, message } } satisfies TaskResult, []);
    },
  );
});
