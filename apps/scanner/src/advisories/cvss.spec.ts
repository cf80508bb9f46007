import { describe, expect, it } from 'vitest';
import { rateVector, severityOfScore, worstRating } from './cvss.js';

describe('the rating of a vector', () => {
  // Scores as the calculators of FIRST (versions 3 and 4) and of the NVD (version 2) give them.
  it.each([
    ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 9.3, 'critical'],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 9.8, 'critical'],
    ['CVSS:3.0/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:L/A:N', 4.8, 'medium'],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N', 0, 'unknown'],
    ['AV:N/AC:L/Au:N/C:C/I:C/A:C', 10, 'high'],
    [' AV:N/AC:L/Au:N/C:P/I:P/A:P ', 7.5, 'high'],
  ])('%s', (vector, score, severity) => {
    expect(rateVector(vector)).toEqual({ score, severity, vector: vector.trim() });
  });

  it.each(['', '9.8', 'CVSS:3.1/AV:N', 'CVSS:9.9/AV:N', 'nonsense'])('there is none for %j', (text) => {
    expect(rateVector(text)).toBeNull();
  });
});

it('the newest version decides, of that the worst', () => {
  const [v2, v3, v4] = [
    'AV:N/AC:L/Au:N/C:C/I:C/A:C',
    'CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N',
    'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N',
  ];
  expect(worstRating([v2!, v3!, v4!])?.score).toBe(7.5);
  expect(worstRating(['nonsense'])).toBeNull();
});

it.each([
  [9, 'critical'],
  [8.9, 'high'],
  [6.9, 'medium'],
  [3.9, 'low'],
  [0, 'unknown'],
])('a score of %f is %s', (score, severity) => {
  expect(severityOfScore(score)).toBe(severity);
});
