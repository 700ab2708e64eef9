import type { Actor, TenantId } from '@sekisho/terms';
import type { AnyCommand, Command } from './command.ts';

/** The rooms that can be asked, and what each can be asked: plain objects, joined once in `apps/server`. */
export type Rooms = Readonly<Record<string, Readonly<Record<string, AnyCommand>>>>;

/** What one may ask a command (before its schema fills in defaults). */
export type QuestionOf<C> = C extends Command<infer _Q, infer _A, infer Asked> ? Asked : never;

/** What a command answers. */
export type AnswerOf<C> = C extends Command<infer _Q, infer A, infer _Asked> ? A : never;

/** A question on its way to the thread that holds the tenant's database: plain data, loggable and refusable. */
export interface DispatchMessage {
  readonly tenant: TenantId;
  readonly room: string;
  readonly command: string;
  readonly question: unknown;
  readonly by: Actor;
  /** After this time (milliseconds since 1970, UTC) it is not begun any more. */
  readonly deadline?: number;
}

/** How everybody outside a tenant's writer has something done there: by names that the compiler checks. */
export type Dispatch<R extends Rooms> = <Room extends keyof R & string, Name extends keyof R[Room] & string>(
  tenant: TenantId,
  room: Room,
  command: Name,
  question: QuestionOf<R[Room][Name]>,
  by: Actor,
  deadline?: number,
) => Promise<AnswerOf<R[Room][Name]>>;
