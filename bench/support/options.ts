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

/** What a bench takes from the command line: numbers, and words where the default is a word. */
type Choices<Defaults> = { readonly [Name in keyof Defaults]: Defaults[Name] extends number ? number : string };

/**
 * The numbers and words of the command line, `--name=value`, over their defaults; and how the platform is to be
 * started: `--profile`, `--split`, `--only=a,b`.
 * @throws TypeError for an option that is not among the defaults, or a value that is no number where one is due
 */
export function optionsOf<Defaults extends Record<string, number | string>>(
  defaults: Defaults,
): Choices<Defaults> & PlatformChoices {
  const names = Object.keys(defaults);
  const { values } = parseArgs({
    options: {
      profile: { type: 'boolean', default: false },
      only: { type: 'string' },
      split: { type: 'boolean', default: false },
      ...Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
    },
  });
  const chosen = names.map((name) => {
    const given = new Map<string, unknown>(Object.entries(values)).get(name);
    const isWord = typeof defaults[name] === 'string';
    const value = given === undefined ? defaults[name] : isWord ? given : Number(given);
    if (value === undefined || Number.isNaN(value)) throw new TypeError(`--${name}=${String(given)} is no number`);
    return [name, value] as const;
  });
  return {
    ...(Object.fromEntries(chosen) as Choices<Defaults>),
    profile: values.profile === true,
    only: values.only,
    split: values.split === true,
  };
}
