/** The libraries from the bottom up: each may use only those that stand before it. */
export const librariesFromTheBottom = [
  'kernel',
  'contracts',
  'documents',
  'benchmarks',
  'config',
  'telemetry',
  'artifacts',
  'identity',
  'persistence',
  'jobs',
  'messaging',
  'service-host',
  'embedded',
  'testing',
] as const;

/** Libraries that use less than their place would allow, because everything else rests on their being small. */
export const narrowLibraries: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  contracts: ['kernel'],
  documents: ['kernel'],
  benchmarks: ['kernel', 'contracts', 'documents'],
};

/** The services. None of them knows another. */
export const services: readonly string[] = [
  'ingest-gateway',
  'scanner',
  'signer',
  'case-engine',
  'compliance',
  'alerting',
  'audit',
];

/** Libraries that no service uses: they start infrastructure, which a service must not know of. */
export const notForServices: readonly string[] = ['embedded', 'testing'];

/** Applications that start services or talk to their libraries, and so may use anything. */
export const applications: readonly string[] = ['platform', 'cli'];

/** The UI: it talks HTTP. */
export const separate: readonly string[] = ['web'];
