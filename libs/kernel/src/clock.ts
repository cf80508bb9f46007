/** Where rules get the time from. Nothing but `systemClock` reads the machine's clock. */
export interface Clock {
  now(): Date;
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => new Date() };
