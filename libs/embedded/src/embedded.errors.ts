import { AssayError } from '@assay/kernel';

/** What can go wrong with a part of the embedded infrastructure. */
export type EmbeddedErrorCode =
  | 'embedded.no-postgres-binaries'
  | 'embedded.no-postgres-account'
  | 'embedded.postgres-version'
  | 'embedded.postgres-password'
  | 'embedded.postgres-failed'
  | 'embedded.no-nats-server'
  | 'embedded.nats-failed'
  | 'embedded.no-free-port'
  | 'embedded.command-failed'
  | 'embedded.checksum'
  | 'embedded.still-running';

/** An embedded part is somebody's machine in a certain state, so the kind is always `unavailable`: set it right, start again. */
export class EmbeddedError extends AssayError<EmbeddedErrorCode> {
  constructor(code: EmbeddedErrorCode, message: string, cause?: unknown) {
    super('unavailable', code, message, { cause });
    this.name = 'EmbeddedError';
  }
}
