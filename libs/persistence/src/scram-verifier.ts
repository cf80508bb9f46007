import { createHash, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(pbkdf2);

/** `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>`, as pg_authid keeps it (PostgreSQL 18, "pg_authid"). */
const stored = /^SCRAM-SHA-256\$(\d+):([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+):/;

/**
 * True if `verifier`, as `pg_authid.rolpassword` has it, is one of this password: the client's half of RFC 5802, section 3.
 * The password has to be plain ASCII, which needs no preparation (SASLprep). Null and other kinds of verifier are of no
 * password.
 */
export async function isVerifierOf(verifier: string | null, password: string): Promise<boolean> {
  const [, iterations, salt, storedKey] = stored.exec(verifier ?? '') ?? [];
  if (iterations === undefined || salt === undefined || storedKey === undefined) return false;
  const salted = await derive(password, Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const expected = Buffer.from(storedKey, 'base64');
  const actual = createHash('sha256').update(clientKey).digest();
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}
