import { AssayError } from '@assay/kernel';
import { describe, expect, it } from 'vitest';
import { currentTraceparent, inSpan, type Logger, logger, nestLogger } from './index.js';

function listeningLogger(level = 'info'): { log: Logger; lines: () => Record<string, unknown>[] } {
  const written: string[] = [];
  const log = logger('scanner', { level, destination: { write: (line) => void written.push(line) } });
  return { log, lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('a log line', () => {
  it('carries level, time, service and message', () => {
    const { log, lines } = listeningLogger();
    log.child({ durable: 'scanner-index' }).info({ components: 12 }, 'document indexed');
    expect(lines()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        service: 'scanner',
        durable: 'scanner-index',
        components: 12,
        msg: 'document indexed',
      },
    ]);
  });

  it('carries the ids of the span it is written in, and none outside', async () => {
    const { log, lines } = listeningLogger();
    const traceparent = await inSpan('work', {}, () => {
      log.info('inside');
      return currentTraceparent();
    });
    log.info('outside');
    const [inside, outside] = lines();
    expect(`00-${String(inside!['trace_id'])}-${String(inside!['span_id'])}-00`).toBe(traceparent);
    expect(outside).not.toHaveProperty('trace_id');
  });

  it('never shows a credential', () => {
    const { log, lines } = listeningLogger();
    const headers = { authorization: 'Bearer s3cret', 'x-api-key': 's3cret', cookie: 's3cret', accept: '*/*' };
    log.info({ headers, req: { headers }, request: { headers }, ...headers }, 'request');
    expect(JSON.stringify(lines())).not.toContain('s3cret');
    expect(lines()[0]!['headers']).toMatchObject({ 'x-api-key': '[redacted]', accept: '*/*' });
  });

  it('shows the kind, the code and the cause of an error', () => {
    const { log, lines } = listeningLogger();
    const err = new AssayError('unavailable', 'test.gone', 'store is gone', { cause: new Error('ECONNREFUSED') });
    log.error({ err }, 'document not stored');
    expect(lines()[0]!['err']).toMatchObject({ kind: 'unavailable', code: 'test.gone' });
    expect(JSON.stringify(lines()[0]!['err'])).toContain('ECONNREFUSED');
  });

  it('below the level is not written', () => {
    const { log, lines } = listeningLogger('warn');
    log.info('quiet');
    log.warn('loud');
    expect(lines().map(({ msg }) => msg)).toEqual(['loud']);
  });
});

describe("Nest's lines", () => {
  it('keep message, context and stack', () => {
    const { log, lines } = listeningLogger('trace');
    const nest = nestLogger(log);
    nest.log('Mapped {/livez, GET} route', 'RouterExplorer');
    nest.error('broken', 'Error: broken\n    at x', 'ExceptionHandler');
    nest.warn(new Error('odd'), 'Injector');
    nest.verbose?.({ a: 1 }, 'Any');
    expect(lines()).toEqual([
      expect.objectContaining({ level: 'info', msg: 'Mapped {/livez, GET} route', context: 'RouterExplorer' }),
      expect.objectContaining({ level: 'error', stack: 'Error: broken\n    at x', context: 'ExceptionHandler' }),
      expect.objectContaining({ level: 'warn', msg: 'odd', err: expect.objectContaining({ type: 'Error' }) }),
      expect.objectContaining({ level: 'trace', msg: '{"a":1}' }),
    ]);
  });
});
