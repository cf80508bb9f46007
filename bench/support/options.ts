import { parseArgs } from 'node:util';

/** How the platform is to be started, whatever is measured. */
export interface PlatformChoices {
  /** Writes `.cpuprofile` files of the platform's threads as it ends. */
  readonly profile: boolean;
  /** Services to start alone, separated by commas; all without it. */
  readonly only: string | undefined;
  /** Every service as a process of its own, so that the processor time of each is seen. */
  readonly split: boolean;
}

/**
 * The numbers of the command line, `--name=value`, over their defaults; and how the platform is to be
 * started: `--profile`, `--split`, `--only=a,b`.
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
      split: { type: 'boolean', default: false },
      ...Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
    },
  });
  const numbers = names.map((name) => {
    const given = new Map<string, unknown>(Object.entries(values)).get(name);
    const value = given === undefined ? defaults[name] : Number(given);
    if (value === undefined || Number.isNaN(value)) throw new TypeError(`--${name}=${String(given)} is no number`);
    return [name, value] as const;
  });
  return {
    ...(Object.fromEntries(numbers) as Numbers),
    profile: values.profile === true,
    only: values.only,
    split: values.split === true,
  };
}
