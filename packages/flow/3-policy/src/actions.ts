import type { Disposition, Json, Sentence } from '@sekisho/terms';
import { type ZodType, z } from 'zod';

/** An action that rules may name, and the disposition it comes to. `sentence` is a template as in conditions. */
export interface ActionEntry {
  readonly name: string;
  readonly schema: ZodType<Json>;
  readonly sentence: Sentence;
  readonly disposition: (parameters: Json) => Disposition;
}

function action<P extends Json>(entry: {
  name: string;
  schema: ZodType<P>;
  sentence: Sentence;
  disposition: (parameters: P) => Disposition;
}): ActionEntry {
  return entry as unknown as ActionEntry;
}

/** Everything that a rule can do. */
export const actions: readonly ActionEntry[] = [
  action({
    name: 'deliver',
    schema: z.strictObject({}),
    sentence: { ja: '配送する', en: 'deliver' },
    disposition: () => ({ kind: 'deliver' }),
  }),
  action({
    name: 'quarantine',
    schema: z.strictObject({
      reason: z
        .string()
        .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, { error: 'not a reason: expected words like "dmarc-reject"' }),
    }),
    sentence: { ja: '隔離する(理由: {reason})', en: 'quarantine ({reason})' },
    disposition: ({ reason }) => ({ kind: 'quarantine', reason }),
  }),
  action({
    name: 'reject',
    schema: z.strictObject({
      code: z.int().min(550).max(554).default(550),
      enhanced: z
        .string()
        .regex(/^5\.\d{1,3}\.\d{1,3}$/, { error: 'not an enhanced status code: expected "5.7.1"' })
        .default('5.7.1'),
      text: z
        .string()
        .regex(/^[\x20-\x7e]{1,400}$/, { error: 'not the text of a reply: expected one line of ASCII' })
        .default('Message refused by policy'),
    }),
    sentence: { ja: '受け取らない({code} {enhanced})', en: 'reject ({code} {enhanced})' },
    disposition: ({ code, enhanced, text }) => ({ kind: 'reject', reply: { code, enhanced, text } }),
  }),
];
