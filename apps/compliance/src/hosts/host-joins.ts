import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';

/** Moves what one capability keeps of host `from` to host `into`. Runs in the transaction that joins them. */
export type MoveHost = (tx: Transaction, from: Uuid, into: Uuid) => Promise<void>;

/** What else has to move when two hosts turn out to be one. Capabilities register at start, in their module's constructor. */
export class HostJoins {
  private readonly moves: MoveHost[] = [];

  register(move: MoveHost): void {
    this.moves.push(move);
  }

  async move(tx: Transaction, from: Uuid, into: Uuid): Promise<void> {
    for (const move of this.moves) await move(tx, from, into);
  }
}
