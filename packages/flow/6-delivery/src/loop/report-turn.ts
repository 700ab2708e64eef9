import type { TenantId } from '@sekisho/terms';
import type { OwedReport } from '../queue/reports.ts';
import { composeReport } from '../report/compose-report.ts';
import { readSource } from './sent-form.ts';
import type { World } from './world.ts';

const ROWS = 100;

/**
 * Writes the reports that a tenant's senders are owed, one for all recipients of a message with the same fate, and
 * hands them over. What is owed is in the queue, so a report is written again rather than lost. False when some could
 * not be handed over and are still owed.
 */
export async function submitOwedReports(tenant: TenantId, world: World): Promise<boolean> {
  for (;;) {
    const owed = await world.options.queue(tenant, 'owedReports', { limit: ROWS });
    let isComplete = true;
    for (const [first, ...others] of Map.groupBy(owed, ({ kind, message }) => `${kind} ${message}`).values()) {
      try {
        await submit(tenant, [first!, ...others], world);
      } catch (error) {
        world.events.stumbled('report', tenant, error);
        isComplete = false;
      }
    }
    if (owed.length < ROWS || !isComplete) return isComplete;
  }
}

async function submit(
  tenant: TenantId,
  recipients: readonly [OwedReport, ...OwedReport[]],
  world: World,
): Promise<void> {
  const { options, events } = world;
  const { message, form, kind, envelope, queuedAt } = recipients[0];
  await world.holding(tenant, envelope.sizeOctets, async () => {
    const report = composeReport(
      {
        recipients,
        original: await readSource(options.source, tenant, message, form),
        hostname: options.hostname,
        now: world.now,
        retriesUntil: queuedAt + options.limits.retry.lifetimeMs,
        returnedOctets: options.limits.returnedOctets,
      },
      options.random,
    );
    await options.submitReport({ tenant, reversePath: null, ...report });
  });
  const told = recipients.map(({ recipient }) => ({ message, recipient }));
  await options.queue(tenant, 'reported', { kind, recipients: told });
  events.reportSubmitted(tenant, message, kind, recipients.length);
}
