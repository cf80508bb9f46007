import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** A server on this machine that speaks somebody else's protocol, and what it was asked. */
export interface StandIn {
  readonly url: string;
  readonly asked: Asked[];
  stop(): Promise<void>;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

interface Reply {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

async function standIn(answer: (asked: Asked) => Reply): Promise<StandIn> {
  const asked: Asked[] = [];
  const server: Server = createServer(async (request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = request.headers as Record<string, string | undefined>;
    const body = Buffer.concat(chunks).toString('utf8');
    const question = { method: request.method ?? '', path: request.url ?? '', headers, body };
    asked.push(question);
    const reply = answer(question);
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
    response.end(JSON.stringify(reply.body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    stop: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

export const awsAccess = { keyId: 'AKIDASSAYTEST', secret: 'a secret of the stand-in', region: 'eu-west-1' };

/** AWS Secrets Manager's JSON 1.1: `GetSecretValue`, with its signature (Signature Version 4) verified. */
export function awsSecretsManager(secrets: Readonly<Record<string, string>>, troubles = 0): Promise<StandIn> {
  let left = troubles;
  const json = { 'content-type': 'application/x-amz-json-1.1' };
  return standIn((asked) => {
    const target = asked.headers['x-amz-target'];
    if (left-- > 0) return { status: 500, headers: json, body: { __type: 'InternalServiceError', message: 'busy' } };
    if (asked.method !== 'POST' || target !== 'secretsmanager.GetSecretValue' || !isSigned(asked)) {
      return { status: 400, headers: json, body: { __type: 'InvalidSignatureException', message: 'not signed' } };
    }
    const { SecretId: id } = JSON.parse(asked.body) as { SecretId: string };
    const text = secrets[id];
    if (text === undefined) {
      const message = "Secrets Manager can't find the specified secret.";
      return { status: 400, headers: json, body: { __type: 'ResourceNotFoundException', message } };
    }
    const body = { ARN: `arn:aws:secretsmanager:${awsAccess.region}:1:secret:${id}`, Name: id, SecretString: text };
    return { status: 200, headers: json, body };
  });
}

/** The steps of AWS's own description of Signature Version 4. */
function isSigned({ method, path, headers, body }: Asked): boolean {
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([\w-]+)\/(\w+)\/aws4_request, SignedHeaders=([\w;-]+), Signature=([0-9a-f]{64})$/.exec(
      headers['authorization'] ?? '',
    );
  if (parts === null) return false;
  const [, keyId, day, region, service, names, signature] = parts as unknown as string[];
  if (keyId !== awsAccess.keyId || region !== awsAccess.region || service !== 'secretsmanager') return false;
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const signed = names!.split(';').map((name) => `${name}:${headers[name]?.trim()}\n`);
  const canonical = [method, path, '', signed.join(''), names, sha256(body)].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<Buffer | string>(
    (before, part) => createHmac('sha256', before).update(part!).digest(),
    `AWS4${awsAccess.secret}`,
  );
  return createHmac('sha256', key).update(toSign).digest('hex') === signature;
}

export const vaultAccess = { token: 'hvs.stand-in', role: 'assay', secret: 'of the role', namespace: 'team-a' };

/** Vault's HTTP API as far as a reader of KV 2 needs it: AppRole, namespaces, refusals in its words. */
export function vault(secrets: Readonly<Record<string, object>>, sealedFor = 0): Promise<StandIn> {
  let left = sealedFor;
  return standIn(({ method, path, headers, body }) => {
    if (left-- > 0) return { status: 503, body: { errors: ['Vault is sealed'] } };
    if (method === 'POST' && path === '/v1/auth/approle/login') {
      const { role_id: role, secret_id: secret } = JSON.parse(body) as Record<string, string>;
      const isRight = role === vaultAccess.role && secret === vaultAccess.secret;
      if (!isRight) return { status: 400, body: { errors: ['invalid role or secret ID'] } };
      return { status: 200, body: { auth: { client_token: vaultAccess.token, lease_duration: 60 } } };
    }
    if (headers['x-vault-token'] !== vaultAccess.token) return { status: 403, body: { errors: ['permission denied'] } };
    const data = secrets[`${headers['x-vault-namespace'] ?? ''}${path}`];
    if (data === undefined) return { status: 404, body: { errors: [] } };
    return { status: 200, body: { data: { data, metadata: { version: 1 } } } };
  });
}
