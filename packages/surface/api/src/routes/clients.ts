import { createRoute, z } from '@hono/zod-openapi';
import { type ApiApp, answers, answersCreated, answersGone, jsonBody } from '../app.ts';
import { tenantPath } from '../parameters.ts';
import type { ApiServices } from '../services.ts';

const tags = ['clients'];
const clientView = z
  .object({
    cidr: z.string().openapi({ example: '192.0.2.0/24' }),
    relayName: z
      .string()
      .nullable()
      .openapi({ description: 'What EHLO has to say where several tenants share the addresses.' }),
  })
  .openapi('TrustedClient');

/** Addresses from which a tenant's own mail comes. */
export type ClientView = z.infer<typeof clientView>;

const list = createRoute({
  method: 'get',
  path: '/tenants/{tenant}/clients',
  operationId: 'listClients',
  tags,
  summary: 'The addresses from which the tenant’s own mail comes',
  request: { params: tenantPath },
  responses: answers(z.object({ clients: z.array(clientView) }), 'The trusted clients.'),
});

const add = createRoute({
  method: 'post',
  path: '/tenants/{tenant}/clients',
  operationId: 'addClient',
  tags,
  summary: 'Trust a range of addresses to send the tenant’s mail',
  request: {
    params: tenantPath,
    body: jsonBody(
      z.strictObject({ cidr: z.string().max(60), relayName: z.string().max(255).nullable().default(null) }),
    ),
  },
  responses: answersCreated(clientView, 'The trusted client.'),
});

const remove = createRoute({
  method: 'delete',
  path: '/tenants/{tenant}/clients',
  operationId: 'removeClient',
  tags,
  summary: 'Trust a range of addresses no more',
  request: { params: tenantPath, query: z.object({ cidr: z.string().max(60) }) },
  responses: answersGone('The range is not trusted any more.'),
});

/** Trusted clients: added, listed, removed. */
export function clientRoutes(app: ApiApp, { installation, control }: ApiServices): void {
  app.openapi(list, async (c) => {
    const clients = await installation.trustedClients(c.var.tenant.id);
    return c.json({ clients: clients.map(({ cidr, relayName }) => ({ cidr, relayName })) }, 200);
  });

  app.openapi(add, async (c) => {
    const asked = { ...c.req.valid('json'), tenant: c.var.tenant.id };
    const { cidr, relayName } = await installation.addTrustedClient(asked, c.var.actor);
    await control.installationChanged();
    return c.json({ cidr, relayName }, 201);
  });

  app.openapi(remove, async (c) => {
    await installation.removeTrustedClient(c.var.tenant.id, c.req.valid('query').cidr, c.var.actor);
    await control.installationChanged();
    return c.body(null, 204);
  });
}
