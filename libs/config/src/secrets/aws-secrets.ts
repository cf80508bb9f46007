import type { GetSecretValueCommandOutput } from '@aws-sdk/client-secrets-manager';
import { secretsAttempts, secretsTimeoutMs } from '../limits.js';
import { type SecretSource, secretValuesOfJson } from './secret-source.js';
import { secretsError } from './secrets.errors.js';

/**
 * A secret of AWS Secrets Manager whose text (or bytes) is a JSON object. Region, endpoint, credentials and proxies are found
 * as the AWS SDK finds them. The client is loaded when it is asked, so that nobody else pays for it.
 */
export function awsSecrets(id: string): SecretSource {
  const place = `AWS Secrets Manager (secret ${id})`;
  return {
    place,
    async read() {
      const { SecretString, SecretBinary } = await valueOf(id, place);
      const text = SecretString ?? (SecretBinary && Buffer.from(SecretBinary).toString('utf8'));
      if (text === undefined) throw secretsError('config.malformed-secrets', `There is nothing in ${place}.`);
      return secretValuesOfJson(text, place);
    },
  };
}

async function valueOf(id: string, place: string): Promise<GetSecretValueCommandOutput> {
  const { GetSecretValueCommand, SecretsManagerClient, SecretsManagerServiceException } =
    await import('@aws-sdk/client-secrets-manager');
  const client = new SecretsManagerClient({
    maxAttempts: secretsAttempts,
    requestHandler: { connectionTimeout: secretsTimeoutMs, requestTimeout: secretsTimeoutMs },
  });
  try {
    return await client.send(new GetSecretValueCommand({ SecretId: id }));
  } catch (error) {
    const isRefusal = error instanceof SecretsManagerServiceException && error.$fault === 'client';
    const code = isRefusal ? 'config.secrets-refused' : 'config.secrets-unreachable';
    throw secretsError(code, `${place} gives nothing: ${wordsOf(error)}`, error);
  } finally {
    client.destroy();
  }
}

/** `ResourceNotFoundException: …`; a connection that was refused on both families of addresses has a code and no words. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { name, message, code } = error as Error & { code?: unknown };
  const words = message === '' ? String(code ?? '') : message;
  return name === 'Error' || name === 'AggregateError' ? words : `${name}: ${words}`;
}
