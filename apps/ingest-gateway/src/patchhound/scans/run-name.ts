/** A run's name, `YYYYMMDD_HHMMSS` in UTC: one second is the least that tells two apart. */
export function runNameOf(at: Date): string {
  const [day, time] = at.toISOString().slice(0, 19).split('T') as [string, string];
  return `${day.replaceAll('-', '')}_${time.replaceAll(':', '')}`;
}

/** The name that a new run gets: that of its second, or of the one after the newest run's. Names are in the order of runs. */
export function nextRunName(newest: string | null, now: Date): string {
  const name = runNameOf(now);
  if (newest === null || newest < name) return name;
  return runNameOf(new Date(secondOf(newest).getTime() + 1_000));
}

function secondOf(name: string): Date {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)$/.exec(name) ?? [];
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
