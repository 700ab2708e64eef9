import { parseSpoolId, type SpoolId } from '@sekisho/terms';
import { changes, reads } from '@sekisho/tenants';
import { z } from 'zod';
import { expireDue } from './expire-due.ts';
import { counts, list, listSchema, stepsOf } from './list.ts';
import { remove } from './remove.ts';
import { findHeld } from './settle.ts';

const id = z.string().max(32);
const note = z.string().max(1000).default('');
const spoolId = z.custom<SpoolId>((value) => typeof value === 'string' && parseSpoolId(value) !== null, {
  error: 'not the id of a message',
});

/**
 * What one may ask this room inside a tenant. `release` is not here: it is only half of a release without the queue,
 * so the whole is a command of `apps/server`.
 */
export const commands = {
  list: reads(listSchema, (tx, question) => list(tx, question)),
  show: reads(z.object({ id }), (tx, question) => findHeld(tx, question.id)),
  steps: reads(z.object({ spoolId }), (tx, question) => stepsOf(tx, question)),
  counts: reads(z.object({}), (tx) => counts(tx)),
  remove: changes(z.object({ id, note }), (tx, question, context) => remove(tx, question, context)),
  expireDue: changes(z.object({ limit: z.int().min(1).max(1000).default(100) }), (tx, question, context) =>
    expireDue(tx, question, context),
  ),
} as const;
