import { describe, expect, it } from 'vitest';
import { ciProviderOf } from './ci-provider.js';
import { readOrigin } from './origin.js';

describe('the CI system of a run', () => {
  it.each([
    ['https://github.com/acme/web/actions/runs/9', 'github'],
    ['https://github.acme.example/acme/web/actions/runs/9', 'github'],
    ['https://gitlab.com/acme/web/-/jobs/9', 'gitlab'],
    ['https://git.acme.example/acme/sub/web/-/pipelines/9', 'gitlab'],
    ['https://dev.azure.com/acme/web/_build/results?buildId=9', 'azure-devops'],
    ['https://acme.visualstudio.com/web/_build/results?buildId=9', 'azure-devops'],
    ['https://bitbucket.org/acme/web/pipelines/results/9', 'bitbucket'],
    ['https://app.circleci.com/pipelines/github/acme/web/9', 'circleci'],
    ['https://gitea.acme.example/acme/web/actions/runs/9', 'gitea'],
    ['https://codeberg.org/acme/web/actions/runs/9', 'forgejo'],
    ['https://ci.acme.example/job/web/job/main/9/', 'jenkins'],
    ['https://jenkins.acme.example/view/all', 'jenkins'],
    ['https://ci.acme.example/builds/9', null],
    ['https://notgithub.com/acme/web', null],
    ['https://github.com.evil.example/acme/web', null],
    ['javascript:alert(1)//github.com', null],
    ['no address', null],
    [null, null],
  ])('that shows its runs at %s is %s', (runUrl, provider) => expect(ciProviderOf(runUrl)).toBe(provider));

  it('is recognised where nobody names a provider, and never becomes one', () => {
    const runUrl = 'https://github.com/acme/web/actions/runs/9';
    expect(readOrigin({ repo: 'acme/web', runUrl })).toMatchObject({ origin: { provider: '', ciProvider: 'github' } });
    expect(readOrigin({ provider: 'jenkins', runUrl })).toMatchObject({
      origin: { provider: 'jenkins', ciProvider: null },
    });
  });
});
