/** What a person needs to begin. */
export interface Welcome {
  /** Where the first gateway answers. */
  readonly url: string;
  /** The admin key, on the first start only: it is shown once. */
  readonly newAdminKey: string | undefined;
  /** The file that holds it. */
  readonly adminKeyFile: string;
  /** A small SBOM to try. */
  readonly exampleSbom: string;
}

const rule = '='.repeat(64);

/** The lines printed when everything answers: the address, the key if it is new, and three commands to try. */
export function welcomeLines({ url, newAdminKey, adminKeyFile, exampleSbom }: Welcome): string[] {
  const key = `-H "X-API-Key: $(cat ${quote(adminKeyFile)})"`;
  const shown =
    newAdminKey === undefined
      ? []
      : [
          '',
          `A new admin API key was generated. It is shown once and kept in ${adminKeyFile}:`,
          rule,
          newAdminKey,
          rule,
        ];
  return [
    `Assay is ready at ${url}`,
    ...shown,
    '',
    'Try it:',
    `  curl -sS ${key} -H 'Content-Type: application/json' --data-binary @${quote(exampleSbom)} '${url}/api/v1/ingest/sbom?repo=shop&branch=main&wait=30'`,
    `  curl -sS ${key} '${url}/api/v1/findings'`,
    `  curl -sS ${key} '${url}/api/v1/cases'`,
  ];
}

/** As a word of a POSIX shell; untouched where that changes nothing. */
function quote(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
