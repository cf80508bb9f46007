/** One package in package-lock.json, format version 3 (npm docs, package-lock.json), as far as it matters here. */
export interface LockedPackage {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

export interface LockFile {
  packages: Record<string, LockedPackage>;
}

/** `@oxlint/binding-linux-arm64-musl`: what runs where, in the words of Node's `process.platform` and `process.arch`. */
const platformName =
  /[-/](?<os>android|darwin|freebsd|linux|openharmony|win32)-(?<cpu>arm|arm64|ia32|ppc64|riscv64|s390x|x64)(-(?<abi>[a-z]+))?$/;

/**
 * The platform packages that a lock file lacks, by their key in `packages`. npm leaves an optional package out of the lock
 * when the registry at hand does not carry it, and `npm ci` then refuses that very lock. An entry without `integrity`
 * satisfies it: the package is for another platform, so it is never fetched here.
 */
export function missingPlatformPackages({ packages }: LockFile): Record<string, LockedPackage> {
  const missing: Record<string, LockedPackage> = {};
  for (const locked of Object.values(packages)) {
    for (const [name, version] of Object.entries(locked.optionalDependencies ?? {})) {
      const { os, cpu, abi } = platformName.exec(name)?.groups ?? {};
      const key = `node_modules/${name}`;
      if (os === undefined || cpu === undefined || key in packages || !/^\d/.test(version)) continue;
      const libc = abi?.startsWith('musl') ? ['musl'] : abi?.startsWith('gnu') ? ['glibc'] : undefined;
      missing[key] = {
        version,
        cpu: [cpu],
        ...(locked.dev && { dev: true }),
        ...(libc && { libc }),
        optional: true,
        os: [os],
      };
    }
  }
  return missing;
}
