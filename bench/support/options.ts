import { parseArgs } from 'node:util';

/** How the platform is to be started, whatever is measured. */
export interface PlatformChoices {
  /** Writes `.cpuprofile` files of the platform's threads as it ends. */
  readonly profile: boolean;
  /** Services to start alone, separated by commas; all without it. */
  readonly only: string | undefined;
}

/**
 * The numbers of the command line, `--name=value`, over their defaults; whether `--profile` stands there; and the services to
 * start, `--only=a,b`, where not all are wanted.
 * @throws TypeError for an option that is not among the defaults, or a value that is no number
 */
export function optionsOf<Numbers extends Record<string, number>>(
  defaults: Numbers,
): { readonly [Name in keyof Numbers]: number } & PlatformChoices {
  const names = Object.keys(defaults);
  const { values } = parseArgs({
    options: {
      profile: { type: 'boolean', default: false },
      only: { type: 'string' },
      ...Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
    },
  });
  const numbers = names.map((name) => {
    const given = new Map<string, unknown>(Object.entries(values)).get(name);
    const value = given === undefined ? defaults[name] : Number(given);
    if (value === undefined || Number.isNaN(value)) throw new TypeError(`--${name}=${String(given)} is no number`);
    return [name, value] as const;
  });
  return { ...(Object.fromEntries(numbers) as Numbers), profile: values.profile === true, only: values.only };
}
