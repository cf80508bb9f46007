/** A body that is run again and again and never overlaps itself. */
export interface Repeating {
  /** Ends it, after the run that is going on. */
  stop(): Promise<void>;
}

/**
 * Runs `body` at once and then every `everyMs`, measured from beginning to beginning; a longer run delays the next. The
 * body gives how long to pause instead, or nothing. It must not throw.
 */
export function repeat(everyMs: number, body: () => Promise<number | void>): Repeating {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const run = async (): Promise<void> => {
    const began = performance.now();
    const pauseMs = await body();
    if (stopped) return;
    timer = setTimeout(go, pauseMs ?? Math.max(0, everyMs - (performance.now() - began)));
  };
  const go = (): void => {
    running = run();
  };
  go();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
