import { registry } from '@assay/contracts';
import { describe, expect, it } from 'vitest';
import { asyncApiDocument } from './asyncapi.js';

const document = asyncApiDocument();

/** Every `$ref` below this value. */
function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    key === '$ref' && typeof child === 'string' ? [child] : refsIn(child),
  );
}

/** What a local JSON pointer (RFC 6901, no escapes) of the document points to. */
function follow(ref: string): unknown {
  return ref
    .split('/')
    .slice(1)
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);
}

/** The schema of the data of an event. */
function data(type: string): unknown {
  return follow(`#/components/messages/${type}/payload/allOf/1/properties/data`);
}

describe('the AsyncAPI document', () => {
  it('is the committed one', async () => {
    await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot(
      '../../docs/asyncapi.gen.json',
      'docs/asyncapi.gen.json is not what the contracts say: run `npm run docs:asyncapi` and commit the result',
    );
  });

  it('has channel, operation, message and example of every contract', () => {
    expect(registry.size).toBeGreaterThanOrEqual(33);
    for (const type of registry.keys()) {
      expect(document).toHaveProperty(['channels', type, 'messages', 'event']);
      expect(document).toHaveProperty(['operations', type, 'x-assay-publishers']);
      expect(document).toHaveProperty(['components', 'messages', type, 'examples', 0, 'payload', 'type'], type);
    }
  });

  it('says where an event is found, who publishes it, whether audit records it and which stage it ends', () => {
    expect(document).toMatchObject({
      channels: {
        'cases.gate.decided.v1': { address: 'assay.cases.gate.decided.v1.{lane}.{tenant}' },
        'shared.receipt.failed.v1': { address: 'assay.{domain}.receipt.failed.v1.{lane}.{tenant}' },
      },
      operations: { 'cases.gate.decided.v1': { 'x-assay-publishers': ['case-engine'] } },
      components: {
        messages: {
          'cases.gate.decided.v1': {
            description: expect.stringMatching(/^Published by case-engine with the verdict.* `judge` stage\.$/),
            'x-assay-audited': true,
            'x-assay-stage': 'judge',
          },
        },
      },
    });
  });

  it('refers to nothing that it does not hold', () => {
    const refs = refsIn(document);
    expect(refs.length).toBeGreaterThan(150);
    expect(refs.filter((ref) => follow(ref) === undefined)).toEqual([]);
  });

  it('gives a shape that several contracts use one schema', () => {
    expect(data('ingest.api-key.created.v1')).toEqual({ $ref: '#/components/schemas/Credential' });
    expect(data('ingest.api-key.revoked.v1')).toEqual({ $ref: '#/components/schemas/Credential' });
    expect(data('cases.gate.decided.v1')).toEqual({ $ref: '#/components/schemas/cases.gate.decided.v1' });
  });
});
