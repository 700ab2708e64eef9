/** Commands that join several rooms of one tenant in one transaction. */
import { type DeliveredSource, deliveredSource, messageById } from '@sekisho/archive';
import { commands as delivery, enqueue } from '@sekisho/delivery';
import { findHeld, release } from '@sekisho/holding';
import { currentRules, decide, isInfected } from '@sekisho/policy';
import { changes } from '@sekisho/tenants';
import { z } from 'zod';
import { queuedEnvelope } from './message-path.ts';

const id = z.string().max(64);

export const pathCommands = {
  /** Lets a held message go on: decided again by today's rules, settled and queued in one commit. */
  release: changes(
    z.object({ id, note: z.string().max(1000).default(''), force: z.boolean().default(false) }),
    async (tx, { id, note, force }, context) => {
      const held = await findHeld(tx, id);
      const message = await messageById(tx, held.spoolId);
      const { ruleSet } = await currentRules(tx);
      const plan = decide(message.envelope, message.facts, ruleSet, context.now);
      const present = { decision: plan.decisions[held.position]!, infected: isInfected(message.facts) };
      const released = await release(tx, { id, note, force, present }, context);
      if (released.enqueue) {
        const { position } = released.enqueue;
        const recipients = [{ index: position, forwardPath: message.envelope.forwardPaths[position]! }];
        await enqueue(tx, { message: held.spoolId, envelope: queuedEnvelope(message), recipients }, context);
      }
      return released.held;
    },
  ),
  /** Leases what is due, and says at once where the contents of it lie: one question instead of one for each message. */
  claim: changes(delivery.claim.schema, async (tx, question, context) => {
    const claimed = await delivery.claim.run(tx, question, context);
    const messages = new Set(claimed.leases.map(({ message }) => message));
    const sources: (DeliveredSource | null)[] = [];
    for (const message of messages) sources.push(await deliveredSource(tx, message));
    return { claimed, sources: sources.filter((source) => source !== null) };
  }),
} as const;
