import type { Inspection } from '@sekisho/inspection';
import { decide } from '@sekisho/policy';
import type { Clock } from '@sekisho/ports';
import type { SpoolReference } from '@sekisho/spool';
import type { Dispatch } from '@sekisho/tenants';
import type { TenantId } from '@sekisho/terms';
import type { FrontQuestion, InspectedBeforeReply } from '../links/messages.ts';
import type { TenantRooms } from '../rooms.ts';
import type { NextHopAnswers } from './next-hop-answers.ts';

const SYSTEM = { kind: 'system', name: 'core' } as const;

export interface FrontAnswersPorts {
  readonly clock: Clock;
  readonly dispatch: Dispatch<TenantRooms>;
  readonly nextHops: NextHopAnswers;
  /** Looks at a message whose client waits. */
  inspectBeforeReply(reference: SpoolReference): Promise<Inspection>;
}

/** What fronts are told when they ask. */
export class FrontAnswers {
  readonly #ports: FrontAnswersPorts;

  constructor(ports: FrontAnswersPorts) {
    this.#ports = ports;
  }

  answer(question: FrontQuestion): Promise<unknown> {
    switch (question.what) {
      case 'recipients':
        return this.#recipientKeys(question.tenant);
      case 'ask-next-hop':
        return this.#ports.nextHops.answer(question.tenant, question.address);
      case 'inspect':
        return this.#planBeforeReply(question.reference);
    }
  }

  /** All recipients of a tenant; read again from the start when they change between two pages. */
  async #recipientKeys(tenant: TenantId): Promise<string[]> {
    const { dispatch } = this.#ports;
    for (;;) {
      const keys: string[] = [];
      const first = await dispatch(tenant, 'access', 'recipientKeys', {}, SYSTEM);
      let page = first;
      keys.push(...page.keys);
      while (page.next !== null && page.revision === first.revision) {
        page = await dispatch(tenant, 'access', 'recipientKeys', { after: page.next }, SYSTEM);
        keys.push(...page.keys);
      }
      if (page.revision === first.revision) return keys;
    }
  }

  async #planBeforeReply(reference: SpoolReference): Promise<InspectedBeforeReply> {
    const { dispatch, clock, inspectBeforeReply } = this.#ports;
    const { facts } = await inspectBeforeReply(reference);
    const { ruleSet } = await dispatch(reference.tenant, 'policy', 'currentRules', {}, SYSTEM);
    return { plan: decide(reference.envelope, facts, ruleSet, clock.now()) };
  }
}
