/** What the environment says about S3 servers to test with. */
export interface S3ServerHints {
  /** A server that runs already. */
  readonly endpoint: string | undefined;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Folders to look for programs in. */
  readonly path: readonly string[];
}

export function s3ServerHints(env: NodeJS.ProcessEnv = process.env): S3ServerHints {
  return {
    endpoint: env['S3_ENDPOINT'],
    accessKey: env['S3_ACCESS_KEY'] ?? 'assay-test',
    secretKey: env['S3_SECRET_KEY'] ?? 'assay-test-secret',
    path: (env['PATH'] ?? '').split(':').filter((folder) => folder !== ''),
  };
}
