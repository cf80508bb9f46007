import { AssayError, type ErrorKind } from '@assay/kernel';
import { NotFoundException } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { errorOf } from '../http-client/remote-problem.js';
import { problemOf } from './problem.js';

const secretCause = new Error('select * from findings at /srv/assay/store.ts');

describe('the problem document', () => {
  it.each<[ErrorKind, number]>([
    ['invalid', 422],
    ['forbidden', 403],
    ['not-found', 404],
    ['conflict', 409],
    ['unavailable', 503],
  ])('of an error that is "%s" has status %i and the words of the error', (kind, status) => {
    const { document, errorId } = problemOf(
      new AssayError(kind, 'cases.some-code', 'In words.', { cause: secretCause }),
    );
    expect(document).toMatchObject({
      type: 'https://assay.dev/problems/cases.some-code',
      status,
      detail: 'In words.',
      code: 'cases.some-code',
      errors: [],
    });
    expect(errorId).toBeNull();
  });

  it.each([
    new AssayError('bug', 'cases.impossible', 'select * from findings'),
    secretCause,
    'a string',
    Object.assign(new Error('select 1'), { code: '57P01' }),
    Object.assign(new Error('x'), { code: 'FST_ERR_REP_INVALID_PAYLOAD_TYPE', statusCode: 500 }),
  ])('of a fault of ours says nothing but where to find it (%#)', (error) => {
    const { document, errorId } = problemOf(error);
    expect(document).toMatchObject({ status: 500, code: 'internal', instance: `urn:uuid:${errorId}` });
    expect(JSON.stringify(document)).not.toMatch(/select|srv|impossible|string/);
  });

  it('says that an artifact was changed, which is ours to log and the caller’s to know', () => {
    const error = new AssayError('bug', 'artifacts.tampered', 'The artifact sha256:ab has been changed.');
    const { document, errorId } = problemOf(error);
    expect(document).toMatchObject({ status: 500, code: 'artifacts.tampered', detail: error.message });
    expect(document.instance).toBe(`urn:uuid:${errorId}`);
  });

  it('gives codes the status that their package asks for, and strangers 401', () => {
    const tooLarge = new AssayError('invalid', 'documents.too-large', 'Too large.');
    expect(problemOf(tooLarge, { 'documents.too-large': 413 }).document.status).toBe(413);
    expect(problemOf(new AssayError('forbidden', 'identity.token-expired', 'Expired.')).document.status).toBe(401);
  });

  it('tells when to come back', () => {
    const away = (retryAfterSeconds?: number) => new AssayError('unavailable', 'a.b', 'Away.', { retryAfterSeconds });
    expect(problemOf(away()).retryAfterSeconds).toBe(5);
    expect(problemOf(away(60)).retryAfterSeconds).toBe(60);
    expect(problemOf(new NotFoundException()).retryAfterSeconds).toBeNull();
  });

  it('names a hundred fields at most', () => {
    const fields = Array.from({ length: 1_000 }, (_, n) => ({ field: `f${n}`, message: 'is wrong' }));
    expect(problemOf(new AssayError('invalid', 'a.b', 'Wrong.', { fields })).document.errors).toHaveLength(100);
  });

  it('becomes the same error again in the service that asked', () => {
    const error = new AssayError('conflict', 'cases.closed', 'It is closed.', {
      fields: [{ field: 'state', message: 'is final' }],
    });
    const { document } = problemOf(error);
    expect(errorOf('case-engine', document.status, JSON.stringify(document), undefined)).toEqual(error);
  });

  it('is missing where something else answered: the status says what it can', () => {
    expect(errorOf('scanner', 503, '<html>', '7')).toMatchObject({ kind: 'unavailable', retryAfterSeconds: 7 });
    expect(errorOf('scanner', 418, '', 'Sun, 01 Nov 2026')).toMatchObject({
      kind: 'bug',
      retryAfterSeconds: undefined,
    });
  });
});
