import type { AgentCommandKind, AgentCommandStatus } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';

/** What a command was asked to do, in the words of `wire/patchmon.md` §6.2. Kept as the caller gave it until it ends. */
export type CommandOptions = Readonly<Record<string, unknown>>;

/** A step of an installation as the agent reports it (`install_events`, §2.1). */
export interface InstallStep {
  readonly step: string;
  readonly status: string;
  readonly message: string;
  readonly timestamp: string;
}

/** One command to one agent, from the request to its end. */
export interface AgentCommand {
  readonly id: Uuid;
  readonly hostId: Uuid;
  readonly kind: AgentCommandKind;
  readonly status: AgentCommandStatus;
  /** What waits at most once per host: a second one of it is the same one. */
  readonly slot: string;
  readonly options: CommandOptions;
  readonly requestedBy: string;
  /** The credential it was requested with: another one has to approve it. */
  readonly requestedCredential: Uuid | null;
  readonly approvedBy: string | null;
  readonly approveBy: Date | null;
  /** Who wants it to end before its time. */
  readonly cancelledBy: string | null;
  /** How often gateways were asked to write its frame, and how often one did. */
  readonly attempt: number;
  readonly writes: number;
  readonly connectionId: Uuid | null;
  /** Set while gateways are being asked. */
  readonly issuedAt: Date | null;
  /** The first writing and the latest. */
  readonly startedAt: Date | null;
  readonly sentAt: Date | null;
  readonly progressedAt: Date | null;
  /** When something has to be done if nothing happens. */
  readonly nextActionAt: Date | null;
  readonly phase: string | null;
  /** 0 to 100. */
  readonly progress: number | null;
  readonly message: string | null;
  readonly error: string | null;
  readonly steps: readonly InstallStep[];
  readonly scanIds: readonly Uuid[];
  readonly createdAt: Date;
  readonly endedAt: Date | null;
  readonly version: number;
}

/** The four ways to end. */
export type CommandEnd = Extract<AgentCommandStatus, 'completed' | 'failed' | 'cancelled' | 'refused'>;

/** A scan that was recorded. */
export interface RecordedScan {
  readonly scanId: Uuid;
  readonly status: 'completed' | 'failed';
  readonly error: string | null;
}

/** What somebody says or what comes to pass. */
export type Occurrence =
  | { readonly type: 'approve' | 'refuse' | 'cancel'; readonly by: string }
  /** The agent's socket is open and nothing else of this lane is being done. */
  | { readonly type: 'may-go' }
  /**
   * `nextActionAt` has passed. `canGo` as in `may-go`; `heardSince` is since when all that agents say is known without a
   * gap, null while it is not.
   */
  | { readonly type: 'due'; readonly canGo: boolean; readonly heardSince: Date | null }
  | { readonly type: 'sent'; readonly attempt: number; readonly connectionId: Uuid; readonly at: Date }
  | {
      readonly type: 'progressed';
      readonly at: Date;
      readonly phase: string;
      readonly progress: number | null;
      readonly message: string | null;
      readonly error: string | null;
    }
  /** `isAll`: every scanner that was told to has answered now. */
  | { readonly type: 'recorded'; readonly scans: readonly RecordedScan[]; readonly isAll: boolean }
  | {
      readonly type: 'integration-status';
      readonly status: string;
      readonly message: string | null;
      readonly steps: readonly InstallStep[];
    }
  /** Who cleans up says that this has lasted too long. */
  | { readonly type: 'give-up'; readonly error: string };

/** What follows from an occurrence, for the command. */
export type CommandEvent =
  | { readonly type: 'approved'; readonly by: string }
  /** Gateways are asked to write the frame. */
  | { readonly type: 'issued' }
  /** None wrote it, or there is no socket to write to: it waits, for an agent that connects where no time is given. */
  | {
      readonly type: 'put-off';
      readonly until: Date | null;
      /** What the agent said before this is of an attempt that failed. */
      readonly deafUntil?: Date;
    }
  /** Nobody can say yet whether the agent was silent. */
  | { readonly type: 'postponed'; readonly until: Date }
  | { readonly type: 'written'; readonly connectionId: Uuid; readonly at: Date }
  | { readonly type: 'cancelling'; readonly by: string }
  | {
      readonly type: 'progressed';
      readonly phase: string;
      readonly progress: number | null;
      readonly message: string | null;
      readonly error: string | null;
      readonly steps?: readonly InstallStep[];
    }
  /** Results of one scanner came, another still works. */
  | { readonly type: 'answered'; readonly scanIds: readonly Uuid[]; readonly error: string | null }
  | {
      readonly type: 'ended';
      readonly as: CommandEnd;
      readonly error: string | null;
      readonly message?: string;
      readonly steps?: readonly InstallStep[];
      readonly scanIds?: readonly Uuid[];
      readonly by?: string;
    };

/** True for what waits for an admin, an agent or its turn. */
export const isWaiting = ({ status }: AgentCommand): boolean => status === 'awaiting-approval' || status === 'queued';
/** True for what an agent was told and has not ended. */
export const isActive = ({ status }: AgentCommand): boolean => status === 'sent' || status === 'running';
export const hasEnded = ({ endedAt }: AgentCommand): boolean => endedAt !== null;
/** True once an agent may know of it: its answer can overtake the word that the frame was written. */
export const wasTold = (command: AgentCommand): boolean =>
  isActive(command) || (command.status === 'queued' && command.issuedAt !== null);
/**
 * True if an agent may have been told, although nobody who was asked said so yet: while that word is held up, its results
 * may be there before it.
 */
export const mayHaveBeenTold = (command: AgentCommand): boolean =>
  wasTold(command) || (command.status === 'queued' && command.attempt > 0);
/** A moment so long after `now`. */
export const after = (now: Date, ms: number): Date => new Date(now.getTime() + ms);
