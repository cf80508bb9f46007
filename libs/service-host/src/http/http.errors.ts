/** The error codes that this package throws; `problem.ts` has further ones for what Fastify and Nest refuse. */
export type HttpErrorCode =
  | 'http.validation-failed'
  | 'http.malformed-body'
  | 'http.body-too-large'
  | 'http.unsupported-media-type'
  | 'http.malformed-cursor'
  | 'http.not-ready'
  | 'http.service-unreachable'
  | 'http.service-timeout'
  | 'http.unknown-service';
