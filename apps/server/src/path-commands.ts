/** Commands that join several rooms of one tenant in one transaction. */
import { deliveredSource, messageById } from '@sekisho/archive';
import { enqueue } from '@sekisho/delivery';
import { findHeld, release } from '@sekisho/holding';
import { currentRules, decide, isInfected } from '@sekisho/policy';
import { changes, reads } from '@sekisho/tenants';
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
  /** What delivery needs to open and send a message. */
  source: reads(z.object({ message: id }), (tx, { message }) => deliveredSource(tx, message)),
} as const;
