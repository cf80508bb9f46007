import type { Readable } from 'node:stream';
import { AssayError } from '@assay/kernel';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { HttpErrorCode } from './http.errors.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The handler reads the body itself, from `request.body`, the untouched stream. */
    rawBody?: boolean;
    /** Anybody may call this route. For routes outside of Nest; those in it say `@Public()`. */
    public?: boolean;
  }
}

const jsonTypes = /^application\/(?:[\w.+-]+\+)?json(?:\s*;|$)/i;
const formType = /^application\/x-www-form-urlencoded(?:\s*;|$)/i;

/**
 * The handler of this route reads the body itself: `request.body` is then the untouched stream of bytes, whatever its
 * media type and encoding, and no limit but the handler's own applies. Where a request has no body it is undefined.
 */
export function RawBody(): MethodDecorator {
  return RouteConfig({ rawBody: true });
}

/**
 * Replaces Fastify's parsers: JSON and forms up to the route's limit, anything for routes with `@RawBody`, 415 for the
 * rest. Fastify chooses parsers by media type alone, so the same `application/json` could not be a stream on one route
 * and an object on the next; and its parsers lose the asynchronous context, with it the trace, which `await` keeps.
 */
export function useBodyParsers(instance: FastifyInstance): void {
  const parseJson = instance.getDefaultJsonParser('error', 'error');
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser(jsonTypes, async (request: FastifyRequest, payload: Readable) => {
    if (isRaw(request)) return payload;
    const text = await textOf(request, payload);
    if (text === '') return undefined;
    return new Promise((resolve, reject) => {
      void parseJson(request, text, (error, body) =>
        error ? reject(refusal('http.malformed-body', 'The body is not valid JSON.', error)) : resolve(body),
      );
    });
  });
  instance.addContentTypeParser(formType, async (request: FastifyRequest, payload: Readable) =>
    isRaw(request) ? payload : Object.fromEntries(new URLSearchParams(await textOf(request, payload))),
  );
  instance.addContentTypeParser('*', async (request: FastifyRequest, payload: Readable) => {
    if (isRaw(request)) return payload;
    throw refusal('http.unsupported-media-type', 'This route takes application/json.');
  });
}

function isRaw(request: FastifyRequest): boolean {
  return request.routeOptions.config.rawBody === true;
}

async function textOf(request: FastifyRequest, payload: Readable): Promise<string> {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw refusal('http.unsupported-media-type', 'This route takes bodies without a Content-Encoding.');
  }
  const limitBytes = request.routeOptions.bodyLimit ?? request.server.initialConfig.bodyLimit ?? 0;
  const tooLarge = () => refusal('http.body-too-large', `The body is larger than ${limitBytes} bytes.`);
  if (Number(request.headers['content-length']) > limitBytes) throw tooLarge();

  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of payload as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limitBytes) throw tooLarge();
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (error) {
    throw refusal('http.malformed-body', 'The body is not valid UTF-8.', error);
  }
}

function refusal(code: HttpErrorCode, message: string, cause?: unknown): AssayError {
  return new AssayError<HttpErrorCode>('invalid', code, message, { cause });
}
