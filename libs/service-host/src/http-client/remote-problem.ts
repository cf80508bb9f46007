import { AssayError, type ErrorKind, type FieldError } from '@assay/kernel';
import { z } from 'zod';

const remoteProblem = z.object({
  code: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).default([]),
});

const kindByStatus: Readonly<Record<number, ErrorKind>> = {
  400: 'invalid',
  401: 'forbidden',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  413: 'invalid',
  415: 'invalid',
  422: 'invalid',
  429: 'unavailable',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
};

/**
 * The error that another service answered with, as if it had been thrown here: kind by status, code, message and fields
 * as its problem document says them. An answer that is no problem document keeps its status in the message.
 */
export function errorOf(service: string, status: number, body: string, retryAfter: string | undefined): AssayError {
  const kind = kindByStatus[status] ?? 'bug';
  const problem = parsed(body);
  const seconds = Number(retryAfter);
  const options: { fields: FieldError[]; retryAfterSeconds?: number } = { fields: problem?.errors ?? [] };
  if (retryAfter !== undefined && Number.isFinite(seconds)) options.retryAfterSeconds = seconds;
  return new AssayError(
    kind,
    problem?.code ?? `http.status-${status}`,
    problem?.detail ?? `The service ${service} answered with status ${status}.`,
    options,
  );
}

function parsed(body: string): z.infer<typeof remoteProblem> | null {
  try {
    return remoteProblem.parse(JSON.parse(body));
  } catch {
    // Not a problem document: the status alone has to do.
    return null;
  }
}
