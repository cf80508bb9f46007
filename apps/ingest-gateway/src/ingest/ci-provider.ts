/** The CI systems that we recognise, by what the address of a run looks like. The first that fits is it. */
const known: readonly { readonly name: string; readonly fits: (host: string, path: string) => boolean }[] = [
  { name: 'github', fits: (host, path) => isAt(host, 'github.com') || /\/actions\/runs\/\d+/.test(path) },
  { name: 'gitlab', fits: (host, path) => isAt(host, 'gitlab.com') || /\/-\/(jobs|pipelines)\/\d+/.test(path) },
  {
    name: 'azure-devops',
    fits: (host, path) =>
      isAt(host, 'dev.azure.com') || isAt(host, 'visualstudio.com') || path.endsWith('/_build/results'),
  },
  { name: 'bitbucket', fits: (host, path) => isAt(host, 'bitbucket.org') || /\/pipelines\/results\/\d+/.test(path) },
  { name: 'circleci', fits: (host) => isAt(host, 'circleci.com') },
  // `/actions/runs/` is GitHub's as well, so Gitea and Forgejo are known by their hosts alone.
  { name: 'gitea', fits: (host) => isAt(host, 'gitea.com') || isNamed(host, 'gitea') },
  { name: 'forgejo', fits: (host) => isAt(host, 'codeberg.org') || isNamed(host, 'forgejo') },
  { name: 'jenkins', fits: (host, path) => isNamed(host, 'jenkins') || /\/job\/[^/]+\/(.+\/)?\d+\/?$/.test(path) },
];

/** Hosts that bear a product's name say more than a path that two products share. */
const byHost = known.filter(({ name }) => ['gitea', 'forgejo', 'jenkins'].includes(name));

/**
 * The CI system that a run's address is of, null where it is of none that we know. It is a guess for people and reports:
 * a subject is what the caller called it.
 */
export function ciProviderOf(runUrl: string | null): string | null {
  if (runUrl === null || !URL.canParse(runUrl)) return null;
  const { protocol, hostname, pathname } = new URL(runUrl);
  if (protocol !== 'https:' && protocol !== 'http:') return null;
  const named = byHost.find(({ fits }) => fits(hostname, ''));
  return (named ?? known.find(({ fits }) => fits(hostname, pathname)))?.name ?? null;
}

function isAt(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

/** True for a host one of whose labels is the name: `gitea.acme.example`, `ci-jenkins.acme.example`. */
function isNamed(host: string, name: string): boolean {
  return host.split(/[.-]/).includes(name);
}
