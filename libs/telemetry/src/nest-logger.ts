import type { LoggerService } from '@nestjs/common';
import type { Logger } from './logger.js';

type Method = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/**
 * Nest's own lines through ours. Nest calls with a message, then for errors perhaps a stack, and last the name of the
 * class that speaks; that name becomes `context`.
 */
export function nestLogger(log: Logger): LoggerService {
  const write =
    (method: Method) =>
    (message: unknown, ...rest: unknown[]) => {
      const name = typeof rest.at(-1) === 'string' ? rest.pop() : undefined;
      const stack = rest.find((part): part is string => typeof part === 'string');
      const err = [message, ...rest].find((part) => part instanceof Error);
      log[method](
        { ...(name !== undefined && { context: name }), ...(stack && { stack }), ...(err && { err }) },
        text(message),
      );
    };
  return {
    log: write('info'),
    error: write('error'),
    warn: write('warn'),
    debug: write('debug'),
    verbose: write('trace'),
    fatal: write('fatal'),
  };
}

function text(message: unknown): string {
  if (message instanceof Error) return message.message;
  return typeof message === 'string' ? message : JSON.stringify(message);
}
