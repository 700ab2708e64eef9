import type { Address, Decision, SpoolId } from '@sekisho/terms';
import type { CommandContext, Tx } from '@sekisho/tenants';
import { ReleaseRefusedError } from './errors.ts';
import type { Held } from './held.ts';
import { reasonOf } from './open-entries.ts';
import { checkRight, findHeld, settle } from './settle.ts';

/** What the present rules say about the forward-path, decided again by the caller in the same transaction. */
export interface PresentPlan {
  readonly decision: Decision;
  /** True when the facts of the message mean a virus. */
  readonly infected: boolean;
}

/** Whom delivery has to take on. */
export interface ReleasedPath {
  readonly spoolId: SpoolId;
  readonly position: number;
  readonly forwardPath: Address;
}

/** What a release came to. `enqueue` is `null` when an earlier one has been there. */
export interface Release {
  readonly held: Held;
  readonly enqueue: ReleasedPath | null;
}

/**
 * Lets a held message go on to its forward-path and records who said so. The caller enqueues what is answered in the
 * same transaction: either both are there after a crash or neither. Asked twice, it answers the second time that there
 * is nothing to enqueue.
 */
export async function release(
  tx: Tx,
  question: { readonly id: string; readonly note: string; readonly force: boolean; readonly present: PresentPlan },
  context: Pick<CommandContext, 'now' | 'by'>,
): Promise<Release> {
  const held = await findHeld(tx, question.id);
  checkRight('release', held.id, context);
  if (held.state === 'waiting' && !question.force) checkPlan(held, question.present);
  const { note, force } = question;
  const moved = await settle(tx, 'release', held, { state: 'released', note, forced: force }, context);
  const { spoolId, position, forwardPath } = held;
  return { held: await findHeld(tx, held.id), enqueue: moved ? { spoolId, position, forwardPath } : null };
}

/** A person overrides the reason that stopped the message, not one that came later and that nobody looked at. */
function checkPlan(held: Held, { decision, infected }: PresentPlan): void {
  if (infected) throw new ReleaseRefusedError('release', held.id, 'infected');
  if (decision.disposition.kind === 'deliver') return;
  const reason = reasonOf(decision);
  if (reason !== held.reason) throw new ReleaseRefusedError('release', held.id, 'plan-changed', { reason });
}
