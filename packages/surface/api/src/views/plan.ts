import { z } from '@hono/zod-openapi';
import { type Decision, type Disposition, formatAddress, type Reply } from '@sekisho/terms';
import { sentenceView } from './actor.ts';
import { dispositionKind } from './message.ts';

/** What is decided for one forward-path. */
export const decisionView = z
  .object({
    forwardPath: z.string(),
    disposition: dispositionKind,
    reason: z.string().nullable().openapi({ description: 'Of a quarantine or a rejection.' }),
    rule: z.string(),
    why: sentenceView,
  })
  .openapi('Decision');

export type DecisionView = z.infer<typeof decisionView>;

/** A decision as answers show it. */
export const viewDecision = ({ forwardPath, disposition, rule, why }: Decision): DecisionView => ({
  forwardPath: formatAddress(forwardPath),
  disposition: disposition.kind,
  reason: reasonOf(disposition),
  rule,
  why,
});

function reasonOf(disposition: Disposition): string | null {
  if (disposition.kind === 'quarantine') return disposition.reason;
  return disposition.kind === 'reject' ? formatReplyLine(disposition.reply) : null;
}

const formatReplyLine = ({ code, enhanced, text }: Reply) =>
  [code, enhanced, ...(typeof text === 'string' ? [text] : text)].filter((one) => one !== undefined).join(' ');
