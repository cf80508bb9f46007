import type { Origin } from '@assay/contracts';

/** Where results of a host come from: nothing but the host. @param hostId ours, or any id or name that it is known by */
export function hostOrigin(hostId: string): Origin {
  return {
    provider: '',
    org: '',
    repo: null,
    branch: null,
    prId: null,
    targetBranch: null,
    commitSha: null,
    baseSha: null,
    runId: null,
    runUrl: null,
    runStartedAt: null,
    imageName: null,
    imageTag: null,
    imageDigest: null,
    hostId,
  };
}
