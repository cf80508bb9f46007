import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { envelopeSchema } from './envelope.js';
import { registry } from './registry.js';

const folder = new URL('../golden/', import.meta.url);
const golden = (type: string): unknown => JSON.parse(readFileSync(new URL(`${type}.json`, folder), 'utf8'));

/** Fields that are maps by name: a key more in one of these is content, not a field that was added. */
const maps = new Set(['data', 'days', 'policy', 'context', 'frame', 'options']);

/** The same data as a newer minor version may send it: every object in it has a field more. */
function fromTheFuture(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromTheFuture);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, field]) => [name, maps.has(name) ? field : fromTheFuture(field)]);
  return { ...Object.fromEntries(fields), addedLater: ['x'] };
}

describe('the golden files', () => {
  it('are one per contract', () => {
    const types = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
    expect(types.toSorted()).toEqual([...registry.keys()].toSorted());
  });
});

describe.each([...registry.values()])('$type', ({ type, schema }) => {
  it('reads its golden file in full: no attribute and no field of it is unknown', () => {
    const envelope = envelopeSchema.parse(golden(type));
    expect(envelope).toEqual(golden(type));
    expect(envelope.type).toBe(type);
    expect(schema.parse(envelope.data)).toEqual(envelope.data);
  });

  it('keeps what a newer minor version added for readers of raw events, and reads past it for the others', () => {
    const { data, ...attributes } = golden(type) as { data: object };
    const newer = envelopeSchema.parse({ ...attributes, addedlater: 'x', data: fromTheFuture(data) });
    expect(newer.data).toMatchObject({ addedLater: ['x'] });
    expect(schema.parse(newer.data)).toEqual(data);
  });
});
