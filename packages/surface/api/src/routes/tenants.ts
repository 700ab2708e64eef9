import { createRoute, z } from '@hono/zod-openapi';
import { type ApiApp, answers, answersCreated, jsonBody } from '../app.ts';
import { tenantPath } from '../parameters.ts';
import type { ApiServices } from '../services.ts';
import { tenantView, viewTenant } from '../views/tenant.ts';

const tags = ['tenants'];

const list = createRoute({
  method: 'get',
  path: '/tenants',
  operationId: 'listTenants',
  tags,
  summary: 'All tenants, by name',
  responses: answers(z.object({ tenants: z.array(tenantView) }), 'The tenants.'),
});

const create = createRoute({
  method: 'post',
  path: '/tenants',
  operationId: 'createTenant',
  tags,
  summary: 'Make a tenant: its key, its database, its folder',
  request: {
    body: jsonBody(
      z.strictObject({
        name: z.string().openapi({ description: 'Lower-case letters, digits and hyphens.', example: 'kumo' }),
        displayName: z.string().openapi({ example: '雲商事株式会社' }),
      }),
    ),
  },
  responses: answersCreated(tenantView, 'The new tenant.'),
});

const show = createRoute({
  method: 'get',
  path: '/tenants/{tenant}',
  operationId: 'showTenant',
  tags,
  summary: 'One tenant',
  request: { params: tenantPath },
  responses: answers(tenantView, 'The tenant.'),
});

const suspend = createRoute({
  method: 'post',
  path: '/tenants/{tenant}/suspend',
  operationId: 'suspendTenant',
  tags,
  summary: 'Accept no more mail for a tenant, and deliver none of what waits',
  request: { params: tenantPath },
  responses: answers(tenantView, 'The tenant, suspended.'),
});

const resume = createRoute({
  method: 'post',
  path: '/tenants/{tenant}/resume',
  operationId: 'resumeTenant',
  tags,
  summary: 'Let a suspended tenant go on',
  request: { params: tenantPath },
  responses: answers(tenantView, 'The tenant.'),
});

/** Tenants: made, listed, suspended. */
export function tenantRoutes(app: ApiApp, { installation, control }: ApiServices): void {
  app.openapi(list, async (c) => c.json({ tenants: (await installation.tenants()).map(viewTenant) }, 200));

  app.openapi(create, async (c) => {
    const tenant = await installation.createTenant(c.req.valid('json'), c.var.actor);
    await control.installationChanged();
    return c.json(viewTenant(tenant), 201);
  });

  app.openapi(show, (c) => c.json(viewTenant(c.var.tenant), 200));

  app.openapi(suspend, async (c) => {
    const tenant = await installation.suspendTenant(c.var.tenant.id, true, c.var.actor);
    await control.installationChanged();
    return c.json(viewTenant(tenant), 200);
  });

  app.openapi(resume, async (c) => {
    const tenant = await installation.suspendTenant(c.var.tenant.id, false, c.var.actor);
    await control.installationChanged();
    control.kick(tenant.id);
    return c.json(viewTenant(tenant), 200);
  });
}
