/** How commands may be given. */
export interface CommandSettings {
  /** Whether what changes a host waits for a second admin. */
  readonly remediationNeedsApproval: boolean;
  /** Shortest time between two scans of one host that one credential triggers; 0 for none. */
  readonly triggerIntervalMs: number;
}

/** Injects `CommandSettings`. */
export const COMMAND_SETTINGS = Symbol('command-settings');
