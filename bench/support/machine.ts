import { cpus, loadavg, release, totalmem } from 'node:os';

/** What the figures were measured on. Load from others shows in the first number: near 0 on a machine of our own. */
export function machineLines(): string[] {
  const processors = cpus();
  const gibibytes = totalmem() / 1024 ** 3;
  return [
    `date: ${new Date().toISOString()}`,
    `machine: ${processors.length} × ${processors[0]?.model ?? 'unknown'}, ${gibibytes.toFixed(0)} GiB, Linux ${release()}, Node ${process.version}`,
    `load before: ${loadavg()
      .map((load) => load.toFixed(2))
      .join(' ')} (1, 5, 15 minutes)`,
  ];
}
