import { createRoute, z } from '@hono/zod-openapi';
import { parseRules, planDifferences, ruleSetOf, wantedFields } from '@sekisho/policy';
import { type ApiApp, answers, jsonBody } from '../app.ts';
import { tenantPath } from '../parameters.ts';
import { factsWithFields } from '../past-fields.ts';
import type { ApiServices } from '../services.ts';
import { decisionView, viewDecision } from '../views/plan.ts';

/** Messages that are decided again between two looks at other work. */
const PAGE = 200;
/** Differences that an answer lists; all are counted. */
const LISTED = 500;

const dryRun = createRoute({
  method: 'post',
  path: '/tenants/{tenant}/policy/dry-run',
  operationId: 'dryRunPolicy',
  tags: ['policy'],
  summary: 'Decide past mail again with other rules and say for what the outcome would differ; nothing changes',
  request: {
    params: tenantPath,
    body: jsonBody(
      z.strictObject({
        rules: z.array(z.unknown()).max(500),
        messages: z.int().min(1).max(100_000).default(1000).openapi({ description: 'How many, the newest first.' }),
      }),
    ),
  },
  responses: answers(
    z
      .object({
        looked: z.int(),
        count: z.int(),
        differences: z.array(
          z.object({
            message: z.string(),
            forwardPath: z.string(),
            before: decisionView,
            after: decisionView,
          }),
        ),
      })
      .openapi('DryRun'),
    `How many messages were looked at, how many differences there are, and the first ${LISTED} of them.`,
  ),
});

/** A dry run of rules over past mail, page by page. */
export function dryRunRoutes(app: ApiApp, services: ApiServices): void {
  app.openapi(dryRun, async (c) => {
    const { id } = c.var.tenant;
    const asked = c.req.valid('json');
    const ruleSet = ruleSetOf(parseRules({ rules: asked.rules }));
    const names = wantedFields(ruleSet);
    const listed: ReturnType<typeof planDifferences> = [];
    let [looked, count] = [0, 0];
    let cursor: number | null | undefined;
    while (looked < asked.messages && cursor !== null) {
      const limit = Math.min(PAGE, asked.messages - looked);
      const question = cursor === undefined ? { limit } : { limit, cursor };
      const page = await services.dispatch(id, 'archive', 'decided', question, c.var.actor);
      const messages = [];
      for (const message of page.messages)
        messages.push({ ...message, facts: await factsWithFields(services, id, message, names, c.var.actor) });
      const found = planDifferences(messages, ruleSet);
      looked += page.messages.length;
      count += found.length;
      listed.push(...found.slice(0, LISTED - listed.length));
      cursor = page.cursor;
    }
    const differences = listed.map(({ id: message, before, after }) => ({
      message,
      forwardPath: viewDecision(after).forwardPath,
      before: viewDecision(before),
      after: viewDecision(after),
    }));
    return c.json({ looked, count, differences }, 200);
  });
}
