import { parentPort } from 'node:worker_threads';
import { FontBook } from '../pdf/font-book.js';
import { pdfReport } from '../pdf/pdf-report.js';
import { xlsxReport } from '../tables/xlsx-report.js';
import type { Rendered, RenderingTask } from './rendering.js';

/** The thread's side: one report at a time; fonts stay open from one to the next. */
const port = parentPort;
if (port === null) throw new TypeError('This file is the code of a thread');

let fonts: FontBook | undefined;

port.on('message', (task: RenderingTask) => {
  void render(task).then(
    (file) => {
      const bytes = Uint8Array.from(file);
      port.postMessage({ type: 'file', bytes } satisfies Rendered, [bytes.buffer]);
    },
    (error: unknown) => {
      const { message, stack } = error instanceof Error ? error : new TypeError(String(error));
      port.postMessage({ type: 'failed', message, stack } satisfies Rendered);
    },
  );
});

async function render({ format, report, reportedAt }: RenderingTask): Promise<Buffer> {
  if (format === 'xlsx') return xlsxReport(report, reportedAt);
  fonts ??= new FontBook();
  return pdfReport(report, reportedAt, fonts);
}
