import { changes, reads } from '@sekisho/tenants';
import { z } from 'zod';
import { diffRuleSets } from './diff.ts';
import { currentRules, rulesHistory, rulesNumbered, setRules } from './history.ts';
import { unreachableRules } from './unreachable.ts';

const number = z.int().min(0);
const note = z.string().max(1000).default('');

/** What one may ask this room inside a tenant. */
export const commands = {
  currentRules: reads(z.object({}), async (tx) => {
    const current = await currentRules(tx);
    return { ...current, unreachable: unreachableRules(current.rules) };
  }),
  setRules: changes(
    z.object({ rules: z.array(z.unknown()), note, expected: z.string().max(64).optional() }),
    (tx, question, context) => setRules(tx, question, context),
  ),
  history: reads(z.object({ before: number.optional(), limit: z.int().min(1).max(1000).default(50) }), (tx, question) =>
    rulesHistory(tx, question),
  ),
  rulesNumbered: reads(z.object({ number }), (tx, question) => rulesNumbered(tx, question.number)),
  difference: reads(z.object({ from: number, to: number }), async (tx, question) =>
    diffRuleSets(await rulesNumbered(tx, question.from), await rulesNumbered(tx, question.to)),
  ),
  revert: changes(z.object({ number, note }), async (tx, question, context) =>
    setRules(
      tx,
      { rules: [...(await rulesNumbered(tx, question.number))], note: question.note, reverts: question.number },
      context,
    ),
  ),
} as const;
