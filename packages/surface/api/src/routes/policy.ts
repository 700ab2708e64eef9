import { createRoute, z } from '@hono/zod-openapi';
import {
  actions,
  conditions,
  decide,
  diffRuleSets,
  parseRules,
  type RulesSet,
  ruleSetOf,
  unreachableRules,
  wantedFields,
} from '@sekisho/policy';
import { type ApiApp, answers, jsonBody } from '../app.ts';
import { messageId, number, tenantName, tenantPath } from '../parameters.ts';
import { factsWithFields } from '../past-fields.ts';
import type { ApiServices } from '../services.ts';
import { decisionView, viewDecision } from '../views/plan.ts';
import {
  catalogueView,
  differenceView,
  entryView,
  ruleView,
  unreachableView,
  viewCatalogueEntry,
  viewDifference,
  viewEntry,
  viewRule,
} from '../views/rules.ts';

const tags = ['policy'];
const rules = z.array(z.unknown()).max(500).openapi({
  description: 'Rules in their order; the first that holds decides. The catalogue names what they can say.',
});
const note = z.string().max(1000).default('');
const setView = z.object({
  entry: entryView,
  differences: z.array(differenceView),
  unreachable: z.array(unreachableView),
});
const version = z.coerce.number().int().min(0);

const show = createRoute({
  method: 'get',
  path: '/tenants/{tenant}/policy',
  operationId: 'showPolicy',
  tags,
  summary: 'The rules in force',
  request: { params: tenantPath },
  responses: answers(
    z.object({ entry: entryView, rules: z.array(ruleView), unreachable: z.array(unreachableView) }),
    'The rules, with their sentences, and those that can never decide.',
  ),
});

const set = createRoute({
  method: 'put',
  path: '/tenants/{tenant}/policy',
  operationId: 'setPolicy',
  tags,
  summary: 'Put rules in force; the ones before are kept',
  request: {
    params: tenantPath,
    body: jsonBody(
      z.strictObject({
        rules,
        note,
        expected: z
          .string()
          .max(64)
          .optional()
          .openapi({ description: 'Version that the rules were made from; refused when it is not in force.' }),
      }),
    ),
  },
  responses: answers(setView, 'What changed.'),
});

const test = createRoute({
  method: 'post',
  path: '/tenants/{tenant}/policy/test',
  operationId: 'testPolicy',
  tags,
  summary: 'Check rules and say what they would decide for a message of the past; nothing changes',
  request: {
    params: tenantPath,
    body: jsonBody(z.strictObject({ rules: rules.optional(), message: messageId.optional() })),
  },
  responses: answers(
    z.object({
      version: z.string(),
      differences: z.array(differenceView).openapi({ description: 'Against the rules in force.' }),
      unreachable: z.array(unreachableView),
      decisions: z.array(decisionView).nullable(),
    }),
    'What the rules are and decide.',
  ),
});

const history = createRoute({
  method: 'get',
  path: '/tenants/{tenant}/policy/history',
  operationId: 'listPolicyVersions',
  tags,
  summary: 'Who set rules, when and why, the newest first; number 0 is what every tenant begins with',
  request: {
    params: tenantPath,
    query: z.object({ before: version.optional(), limit: number(1, 1000).default(50) }),
  },
  responses: answers(
    z.object({ entries: z.array(entryView), next: z.int().nullable() }),
    'A page; `next` is the `before` of the page behind it.',
  ),
});

const numbered = createRoute({
  method: 'get',
  path: '/tenants/{tenant}/policy/versions/{number}',
  operationId: 'showPolicyVersion',
  tags,
  summary: 'The rules of an entry of the history',
  request: { params: z.object({ tenant: tenantName, number: version }) },
  responses: answers(z.object({ number: z.int(), rules: z.array(ruleView) }), 'The rules.'),
});

const differences = createRoute({
  method: 'get',
  path: '/tenants/{tenant}/policy/differences',
  operationId: 'comparePolicyVersions',
  tags,
  summary: 'What differs between two entries of the history',
  request: { params: tenantPath, query: z.object({ from: version, to: version }) },
  responses: answers(z.object({ differences: z.array(differenceView) }), 'The differences, rule by rule.'),
});

const revert = createRoute({
  method: 'post',
  path: '/tenants/{tenant}/policy/revert',
  operationId: 'revertPolicy',
  tags,
  summary: 'Put the rules of an earlier entry in force again',
  request: { params: tenantPath, body: jsonBody(z.strictObject({ number: z.int().min(0), note })) },
  responses: answers(setView, 'What changed.'),
});

const catalogue = createRoute({
  method: 'get',
  path: '/policy/catalogue',
  operationId: 'showPolicyCatalogue',
  tags,
  summary: 'Conditions and actions that rules can name, with the JSON Schema of their parameters',
  responses: answers(
    z.object({ conditions: z.array(catalogueView), actions: z.array(catalogueView) }),
    'The catalogue.',
  ),
});

/** Rules: shown, set, tested, compared, brought back. */
export function policyRoutes(app: ApiApp, services: ApiServices): void {
  const { dispatch, clock, control } = services;
  app.openapi(show, async (c) => {
    const current = await dispatch(c.var.tenant.id, 'policy', 'currentRules', {}, c.var.actor);
    const { entry, unreachable } = current;
    return c.json({ entry: viewEntry(entry), rules: current.rules.map(viewRule), unreachable: [...unreachable] }, 200);
  });

  app.openapi(set, async (c) => {
    const { expected, ...asked } = c.req.valid('json');
    const question = expected === undefined ? asked : { ...asked, expected };
    const done = await dispatch(c.var.tenant.id, 'policy', 'setRules', question, c.var.actor);
    control.rulesChanged(c.var.tenant.id);
    return c.json(viewSet(done), 200);
  });

  app.openapi(test, async (c) => {
    const { id } = c.var.tenant;
    const asked = c.req.valid('json');
    const current = await dispatch(id, 'policy', 'currentRules', {}, c.var.actor);
    const tested = asked.rules ? parseRules({ rules: asked.rules }) : current.rules;
    const ruleSet = ruleSetOf(tested);
    const message = asked.message
      ? await dispatch(id, 'archive', 'show', { spoolId: asked.message }, c.var.actor)
      : null;
    const past = message && { id: message.spoolId, facts: message.facts };
    const facts = past && (await factsWithFields(services, id, past, wantedFields(ruleSet), c.var.actor));
    const plan = message && facts && decide(message.envelope, facts, ruleSet, clock.now());
    return c.json(
      {
        version: ruleSet.version,
        differences: diffRuleSets(current.rules, tested).map(viewDifference),
        unreachable: unreachableRules(tested),
        decisions: plan?.decisions.map(viewDecision) ?? null,
      },
      200,
    );
  });

  app.openapi(history, async (c) => {
    const { before, limit } = c.req.valid('query');
    const question = before === undefined ? { limit } : { limit, before };
    const entries = await dispatch(c.var.tenant.id, 'policy', 'history', question, c.var.actor);
    const last = entries.at(-1)?.number ?? 0;
    return c.json({ entries: entries.map(viewEntry), next: last === 0 ? null : last }, 200);
  });

  app.openapi(numbered, async (c) => {
    const { number: wanted } = c.req.valid('param');
    const found = await dispatch(c.var.tenant.id, 'policy', 'rulesNumbered', { number: wanted }, c.var.actor);
    return c.json({ number: wanted, rules: found.map(viewRule) }, 200);
  });

  app.openapi(differences, async (c) => {
    const found = await dispatch(c.var.tenant.id, 'policy', 'difference', c.req.valid('query'), c.var.actor);
    return c.json({ differences: found.map(viewDifference) }, 200);
  });

  app.openapi(revert, async (c) => {
    const done = await dispatch(c.var.tenant.id, 'policy', 'revert', c.req.valid('json'), c.var.actor);
    control.rulesChanged(c.var.tenant.id);
    return c.json(viewSet(done), 200);
  });

  app.openapi(catalogue, (c) =>
    c.json({ conditions: conditions.map(viewCatalogueEntry), actions: actions.map(viewCatalogueEntry) }, 200),
  );
}

const viewSet = ({ entry, differences: found, unreachable }: RulesSet): z.infer<typeof setView> => ({
  entry: viewEntry(entry),
  differences: found.map(viewDifference),
  unreachable: [...unreachable],
});
