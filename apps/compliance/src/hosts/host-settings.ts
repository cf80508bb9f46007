/** How hosts are treated that neither have settings of their own nor groups with some. */
export interface HostSettings {
  readonly silentAfterMinutes: number;
  readonly updateIntervalMinutes: number;
  readonly heartbeatHistoryDays: number;
  /** Folder with scanner content for agents, null if there is none. */
  readonly contentDirectory: string | null;
}

/** Injects `HostSettings`. */
export const HOST_SETTINGS = Symbol('host-settings');
