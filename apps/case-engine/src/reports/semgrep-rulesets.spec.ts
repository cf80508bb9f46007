import { describe, expect, it } from 'vitest';
import { explainRulesets } from './semgrep-rulesets.js';

describe('the rule sets of a run', () => {
  it('are explained in a sentence, whatever form the client sends them in', () => {
    const names = explainRulesets([
      '--config=p/ci',
      '--config p/python',
      'r/generic.secrets',
      'rules/',
      '--config=p/own',
    ]);
    expect(names.map(({ name }) => name)).toEqual(['p/ci', 'p/python', 'r/generic.secrets', 'rules/', 'p/own']);
    for (const { explanation } of names) expect(explanation).toMatch(/^[A-Z].*\.$/);
  });

  it('are none where the client sends blanks, as it does when SAST is off', () => {
    expect(explainRulesets([''])).toEqual([]);
  });
});
