import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** The request and the reply of a report, as far as caching goes. */
export interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

export interface ReportedFile {
  readonly name: string;
  readonly mediaType: string;
  readonly content: () => Promise<Buffer | Readable> | Buffer | Readable;
}

/**
 * Answers with a file, or with 304 where the caller has what the tag stands for. A weak tag (RFC 9110 §8.8.1) is for files that
 * say when they were made: the same state, not the same bytes.
 */
export async function answerWithFile(
  { request, reply }: Exchange,
  tag: string,
  { name, mediaType, content }: ReportedFile,
): Promise<StreamableFile | undefined> {
  void reply.header('etag', tag).header('cache-control', 'private, no-cache');
  if (isKnown(request.headers['if-none-match'], tag)) {
    void reply.status(304);
    return undefined;
  }
  const made = await content();
  const options = { type: mediaType, disposition: `attachment; filename="${name}"` };
  if (made instanceof Readable) return new StreamableFile(made, options);
  return new StreamableFile(made, { ...options, length: made.length });
}

/** A strong tag of texts that stand for a state. */
export function tagOf(parts: Iterable<string>): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return `"${hash.digest('base64url')}"`;
}

/** Tags are compared weakly, as `If-None-Match` is (RFC 9110 §13.1.2). */
function isKnown(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  const bare = (each: string): string => each.trim().replace(/^W\//, '');
  return header.split(',').some((each) => bare(each) === bare(tag) || each.trim() === '*');
}
