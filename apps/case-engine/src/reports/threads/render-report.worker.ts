import { parentPort } from 'node:worker_threads';
import { FontBook } from '../pdf/font-book.js';
import { pdfReport } from '../pdf/pdf-report.js';
import { repositoryPdf } from '../pdf/repository-pdf.js';
import { reportSchema } from '../run-report.js';
import { repositoryXlsx } from '../tables/repository-xlsx.js';
import { xlsxReport } from '../tables/xlsx-report.js';
import type { Rendered, RenderingTask } from './rendering.js';

/** The thread's side: one report at a time; fonts stay open from one to the next. */
const port = parentPort;
if (port === null) throw new TypeError('This file is the code of a thread');

let fonts: FontBook | undefined;

const send = (message: Rendered, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);

port.on('message', (task: RenderingTask) => void answer(task));

async function answer(task: RenderingTask): Promise<void> {
  try {
    const bytes = Uint8Array.from(await render(task));
    send({ type: 'file', bytes }, [bytes.buffer]);
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new TypeError(String(error));
    send({ type: 'failed', message, stack });
  }
}

async function render({ format, report, reportedAt }: RenderingTask): Promise<Buffer> {
  const ofRun = report.schema === reportSchema;
  if (format === 'xlsx') return ofRun ? xlsxReport(report, reportedAt) : repositoryXlsx(report, reportedAt);
  fonts ??= new FontBook();
  return ofRun ? pdfReport(report, reportedAt, fonts) : repositoryPdf(report, reportedAt, fonts);
}
