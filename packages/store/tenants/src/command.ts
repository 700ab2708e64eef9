import type { Actor } from '@sekisho/terms';
import type { ZodType, z } from 'zod';
import type { Tx } from './tx.ts';

/** What the store owes before a command is answered: nothing, a commit that the spool can replay, or a synced commit. */
export type Durability = 'ingest' | 'full';

/** What a command may know beside its question and its transaction. */
export interface CommandContext {
  /** Milliseconds since 1970, UTC; the same for the whole transaction. */
  readonly now: number;
  readonly by: Actor;
  /** The number of this transaction's batch; outside the class ingest, that of the last one committed. */
  readonly batch: number;
  /** Rows of batches up to this one survive a power cut; only they may have effects outside the house. */
  readonly durableBatch: number;
}

/** Something that a room does for whoever dispatches it by name. It knows no tenant, thread, socket or store. */
export interface Command<Q, A, Asked = Q> {
  readonly kind: 'read' | Durability;
  /** Checks the question where it arrives. */
  readonly schema: ZodType<Q, Asked>;
  readonly run: (tx: Tx, question: Q, context: CommandContext) => Promise<A>;
}

/** A command of which nothing more is known. */
export interface AnyCommand {
  readonly kind: 'read' | Durability;
  readonly schema: ZodType;
  readonly run: (tx: Tx, question: never, context: CommandContext) => Promise<unknown>;
}

type Run<S extends ZodType, A> = (tx: Tx, question: z.output<S>, context: CommandContext) => Promise<A>;
type CommandOf<S extends ZodType, A> = Command<z.output<S>, A, z.input<S>>;

/** A command that only looks; a statement that would change something is refused when it runs. */
export function reads<S extends ZodType, A>(
  schema: S & ZodType<z.output<S>, z.input<S>>,
  run: Run<S, A>,
): CommandOf<S, A> {
  return { kind: 'read', schema, run };
}

/** A command whose commit is on disk before it answers: acts of people, attempts of the queue, audit. */
export function changes<S extends ZodType, A>(
  schema: S & ZodType<z.output<S>, z.input<S>>,
  run: Run<S, A>,
): CommandOf<S, A> {
  return { kind: 'full', schema, run };
}

/** A command that the spool can replay: it commits without a sync and is durable when its batch is. */
export function ingests<S extends ZodType, A>(
  schema: S & ZodType<z.output<S>, z.input<S>>,
  run: Run<S, A>,
): CommandOf<S, A> {
  return { kind: 'ingest', schema, run };
}
