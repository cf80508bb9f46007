import { newId } from '@assay/kernel';
import { describe, expect, it } from 'vitest';
import { createDayPartitions, expiredPartitions, uuidFloor } from './day-partitions.js';

const noon = new Date('2026-03-01T12:00:00Z');

describe('a day partition', () => {
  it('is a range of ids that meets its neighbours', () => {
    const bounds = [...createDayPartitions('outbox', noon, 1).matchAll(/outbox_(\d+)[^']*'([^']+)'\) to \('([^']+)'/g)];
    expect(bounds.map((bound) => bound[1])).toEqual(['20260228', '20260301', '20260302']);
    expect(bounds[0]?.[3]).toBe(bounds[1]?.[2]);
    const id = newId(noon.getTime());
    expect(bounds[1]![2]! <= id && id < bounds[1]![3]!).toBe(true);
  });

  it('expires when its whole day is past its keeping, and the default never does', () => {
    const all = ['outbox_20260213', 'outbox_20260214', 'outbox_20260215', 'outbox_default', 'outbox_extra_20200101'];
    expect(expiredPartitions('outbox', all, noon, 14)).toEqual(['outbox_20260213', 'outbox_20260214']);
  });
});

describe('the floor of a moment', () => {
  it('lies at or below every id of it and above those before', () => {
    const now = noon.getTime();
    expect(uuidFloor(now) <= newId(now)).toBe(true);
    expect(newId(now - 1) < uuidFloor(now)).toBe(true);
  });
});
