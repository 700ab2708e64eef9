import { parseTenantId, type TenantId } from '@sekisho/terms';
import { z } from 'zod';
import type { AnyCommand } from './command.ts';
import type { Dispatch, DispatchMessage, Rooms } from './dispatch.ts';
import { Refused } from './errors.ts';
import type { TenantStores } from './tenant-stores.ts';

const messageSchema = z.object({
  tenant: z.custom<TenantId>((value) => typeof value === 'string' && parseTenantId(value) !== null),
  room: z.string(),
  command: z.string(),
  question: z.unknown(),
  by: z.object({ kind: z.enum(['operator', 'system', 'user']), name: z.string() }),
  deadline: z.number().optional(),
});

/**
 * Answers messages in the thread that holds the tenants' databases. Names are looked up as own names only, the
 * question is checked by the command's schema, and the command says whether it reads, ingests or changes.
 */
export function answerHere(stores: TenantStores, rooms: Rooms): (message: unknown) => Promise<unknown> {
  return async (message) => {
    const { tenant, room, command: name, question, by, deadline } = checked(message);
    const command = find(rooms, room, name);
    const asked = command.schema.safeParse(question);
    if (!asked.success) {
      const issues = asked.error.issues.map((issue) => `${issue.path.join('.') || 'question'}: ${issue.message}`);
      throw new Refused('bad-question', `Cannot ask "${room}.${name}": ${issues.join('; ')}`, { room, name, issues });
    }
    const run = (...[tx, state]: Parameters<Parameters<TenantStores['read']>[1]>) => {
      if (deadline !== undefined && state.now > deadline)
        throw new Refused('too-late', `Cannot do "${room}.${name}": its turn came after its deadline`, { room, name });
      return command.run(tx, asked.data as never, { ...state, by });
    };
    return command.kind === 'read' ? stores.read(tenant, run) : stores.transact(tenant, command.kind, run);
  };
}

/** A dispatcher for whoever lives in the same thread as the databases: rooms' tests, small installations. */
export function dispatchHere<R extends Rooms>(stores: TenantStores, rooms: R): Dispatch<R> {
  return dispatchThere(answerHere(stores, rooms));
}

/** A dispatcher that hands its messages to somebody else, over a port or a socket, and gives back what is answered. */
export function dispatchThere<R extends Rooms>(ask: (message: DispatchMessage) => Promise<unknown>): Dispatch<R> {
  return (tenant, room, command, question, by, deadline) =>
    ask({ tenant, room, command, question, by, ...(deadline === undefined ? {} : { deadline }) }) as Promise<never>;
}

function checked(message: unknown): DispatchMessage {
  const read = messageSchema.safeParse(message);
  if (read.success) return read.data as DispatchMessage;
  throw new Refused('bad-message', `Cannot read a message to a room: ${read.error.issues.map(pathOf).join(', ')}`);
}

const pathOf = (issue: { readonly path: readonly PropertyKey[] }) => `"${issue.path.join('.')}" is wrong or missing`;

function find(rooms: Rooms, room: string, name: string): AnyCommand {
  if (!Object.hasOwn(rooms, room)) throw new Refused('no-such-room', `Cannot ask room "${room}": there is none`);
  const commands = rooms[room]!;
  if (!Object.hasOwn(commands, name))
    throw new Refused('no-such-command', `Cannot ask "${room}.${name}": the room has no such command`, { room, name });
  return commands[name]!;
}
