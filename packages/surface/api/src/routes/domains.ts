import { createRoute, z } from '@hono/zod-openapi';
import { type ApiApp, answers, answersCreated, answersGone, jsonBody } from '../app.ts';
import { domainName, tenantName, tenantPath } from '../parameters.ts';
import type { ApiServices } from '../services.ts';
import { iso, timeView } from '../views/times.ts';

const tags = ['domains'];
const domainView = z.object({ name: z.string(), addedAt: timeView }).openapi('Domain');

/** A domain of a tenant. */
export type DomainView = z.infer<typeof domainView>;

const list = createRoute({
  method: 'get',
  path: '/tenants/{tenant}/domains',
  operationId: 'listDomains',
  tags,
  summary: 'The domains of a tenant',
  request: { params: tenantPath },
  responses: answers(z.object({ domains: z.array(domainView) }), 'The domains.'),
});

const add = createRoute({
  method: 'post',
  path: '/tenants/{tenant}/domains',
  operationId: 'addDomain',
  tags,
  summary: 'Give a domain to a tenant; a domain belongs to one tenant',
  request: {
    params: tenantPath,
    body: jsonBody(z.strictObject({ name: z.string().max(300).openapi({ example: 'kumo.example' }) })),
  },
  responses: answersCreated(z.object({ name: z.string() }), 'The domain, in A-labels.'),
});

const remove = createRoute({
  method: 'delete',
  path: '/tenants/{tenant}/domains/{domain}',
  operationId: 'removeDomain',
  tags,
  summary: 'Take a domain from a tenant, with its route and its signing keys',
  request: { params: z.object({ tenant: tenantName, domain: domainName }) },
  responses: answersGone('The domain is not the tenant’s any more.'),
});

/** Domains: added, removed, listed. */
export function domainRoutes(app: ApiApp, { installation, control }: ApiServices): void {
  app.openapi(list, async (c) => {
    const domains = await installation.domains(c.var.tenant.id);
    return c.json({ domains: domains.map(({ name, addedAt }) => ({ name, addedAt: iso(addedAt) })) }, 200);
  });

  app.openapi(add, async (c) => {
    const name = await installation.addDomain(c.var.tenant.id, c.req.valid('json').name, c.var.actor);
    await control.installationChanged();
    return c.json({ name }, 201);
  });

  app.openapi(remove, async (c) => {
    await installation.removeDomain(c.var.tenant.id, c.req.valid('param').domain, c.var.actor);
    await control.installationChanged();
    return c.body(null, 204);
  });
}
