import { createRoute, z } from '@hono/zod-openapi';
import { type DomainRoute, EVERYWHERE_ELSE, parseDomainName } from '@sekisho/tenants';
import { type ApiApp, answers, answersGone, jsonBody } from '../app.ts';
import { NotHereError } from '../errors.ts';
import { tenantName, tenantPath } from '../parameters.ts';
import type { ApiServices } from '../services.ts';

const tags = ['routes'];
const nextHop = z.union([
  z.literal('mx'),
  z.array(z.object({ host: z.string(), port: z.int() }).readonly()).readonly(),
]);
const route = {
  tls: z.enum(['none', 'opportunistic', 'required']),
  recipientMode: z
    .enum(['list', 'ask', 'accept-all'])
    .openapi({ description: 'How recipients are known: our list, asking the next hop, or not at all.' }),
  inspectBeforeReply: z
    .boolean()
    .openapi({ description: 'Inspect before the reply, so that what is rejected is rejected in the session.' }),
};
const routeView = z.object({ domain: z.string(), nextHop, ...route }).openapi('Route');

/** Where mail for a domain goes. */
export type RouteView = z.infer<typeof routeView>;

const routeInput = z.strictObject({
  nextHop: z.union([
    z.literal('mx'),
    z
      .array(z.strictObject({ host: z.string().max(255), port: z.int().min(1).max(65_535).default(25) }))
      .min(1)
      .max(10),
  ]),
  tls: route.tls.default('opportunistic'),
  recipientMode: route.recipientMode.default('list'),
  inspectBeforeReply: route.inspectBeforeReply.default(false),
});
const path = z.object({
  tenant: tenantName,
  domain: z.string().max(255).openapi({
    description: 'A domain of the tenant, or `*` for all domains that are nobody’s here.',
    example: 'kumo.example',
  }),
});

const list = createRoute({
  method: 'get',
  path: '/tenants/{tenant}/routes',
  operationId: 'listRoutes',
  tags,
  summary: 'The routes of a tenant',
  request: { params: tenantPath },
  responses: answers(z.object({ routes: z.array(routeView) }), 'The routes.'),
});

const show = createRoute({
  method: 'get',
  path: '/tenants/{tenant}/routes/{domain}',
  operationId: 'showRoute',
  tags,
  summary: 'The route of one domain',
  request: { params: path },
  responses: answers(routeView, 'The route.'),
});

const set = createRoute({
  method: 'put',
  path: '/tenants/{tenant}/routes/{domain}',
  operationId: 'setRoute',
  tags,
  summary: 'Say where mail for a domain goes, and how its recipients are known',
  request: { params: path, body: jsonBody(routeInput) },
  responses: answers(routeView, 'The route.'),
});

const remove = createRoute({
  method: 'delete',
  path: '/tenants/{tenant}/routes/{domain}',
  operationId: 'removeRoute',
  tags,
  summary: 'Remove the route of a domain: its mail waits until there is another',
  request: { params: path },
  responses: answersGone('There is no route any more.'),
});

const viewRoute = ({ domain, route: found }: DomainRoute): RouteView => ({ domain, ...found });

/** Routes: set, shown, removed. */
export function routeRoutes(app: ApiApp, { installation, control }: ApiServices): void {
  app.openapi(list, async (c) => c.json({ routes: (await installation.routes(c.var.tenant.id)).map(viewRoute) }, 200));

  app.openapi(show, async (c) => {
    const name = nameOf(c.req.valid('param').domain);
    const found = (await installation.routes(c.var.tenant.id)).find(({ domain }) => domain === name);
    if (!found) throw new NotHereError('route', name, 'the tenant has none for this domain');
    return c.json(viewRoute(found), 200);
  });

  app.openapi(set, async (c) => {
    const { id } = c.var.tenant;
    const name = nameOf(c.req.valid('param').domain);
    const checked = await installation.setRoute(id, name, c.req.valid('json'), c.var.actor);
    await control.installationChanged();
    control.kick(id);
    return c.json({ domain: name, ...checked }, 200);
  });

  app.openapi(remove, async (c) => {
    await installation.removeRoute(c.var.tenant.id, c.req.valid('param').domain, c.var.actor);
    await control.installationChanged();
    return c.body(null, 204);
  });
}

const nameOf = (domain: string) => (domain === EVERYWHERE_ELSE ? domain : parseDomainName(domain));
