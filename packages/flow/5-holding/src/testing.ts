/** Plans and messages for tests of whoever holds. */
import { type Disposition, formatSpoolId, type Plan } from '@sekisho/terms';
import type { Waiting } from './open-entries.ts';

/** A plan with one decision for each disposition, for `u0@customer.example`, `u1@…` and so on. */
export function testPlan(dispositions: readonly Disposition[]): Plan {
  return {
    policyVersion: 'v1',
    decidedAt: 1000,
    decisions: dispositions.map((disposition, at) => ({
      forwardPath: { localPart: `U${at}`, domain: 'customer.example' },
      disposition,
      transformations: [],
      rule: `rule-${at}`,
      why: { ja: '理由', en: 'why' },
    })),
  };
}

/** A message whose forward-paths have these dispositions; `number` makes its spool id. */
export function testWaiting(dispositions: readonly Disposition[], number = 1): Waiting {
  return {
    spoolId: formatSpoolId(0, 1_763_600_000_000 + number, 64),
    plan: testPlan(dispositions),
    sender: '花子 <hanako@partner.example>',
    subject: '見積書',
    sizeOctets: 4096,
  };
}
