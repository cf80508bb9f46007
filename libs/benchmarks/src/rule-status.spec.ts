import { describe, expect, it } from 'vitest';
import { outweighs, severityOf, statusOf, statusesByWeight } from './rule-status.js';

describe('the word of an agent', () => {
  it.each([
    ['fail', 'fail'],
    ['FAILED', 'fail'],
    [' failure ', 'fail'],
    ['passed', 'pass'],
    ['warning', 'warn'],
    ['warned', 'warn'],
    ['Skipped', 'skip'],
    ['not_applicable', 'notapplicable'],
    ['NA', 'notapplicable'],
    ['error', 'error'],
    ['informational', 'warn'],
    ['notselected', 'skip'],
  ])('%j is %s', (word, status) => expect(statusOf(word, 'agent')).toBe(status));

  it.each(['', 'banana', 'constructor', 'toString', null, 7, undefined])('%j is none', (word) =>
    expect(statusOf(word, 'agent')).toBeUndefined(),
  );
});

it('the word of a tool is its own', () => {
  expect([statusOf('error', 'xccdf'), statusOf('fixed', 'xccdf'), statusOf('warn', 'xccdf')]).toEqual([
    'error',
    'skip',
    undefined,
  ]);
  expect([statusOf('NOTE', 'docker-bench'), statusOf('WARN', 'docker-bench')]).toEqual(['skip', 'warn']);
});

it('of two results the heavier counts', () => {
  expect(statusesByWeight).toEqual(['fail', 'warn', 'pass', 'skip', 'notapplicable', 'error']);
  expect([outweighs('fail', 'pass'), outweighs('error', 'notapplicable'), outweighs('pass', 'pass')]).toEqual([
    true,
    false,
    false,
  ]);
});

it.each([
  ['Critical', 'critical'],
  ['info', 'unknown'],
  ['important', 'unknown'],
  [undefined, 'unknown'],
])('the severity %j is %s', (word, severity) => expect(severityOf(word)).toBe(severity));
