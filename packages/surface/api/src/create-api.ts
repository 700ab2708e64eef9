import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { routePath } from 'hono/route';
import { PROGRAM_VERSION } from '@sekisho/tenants';
import { type ApiApp, newApp } from './app.ts';
import { parseActor } from './actor.ts';
import { BadRequestError, NotHereError, TooLargeError } from './errors.ts';
import { apiAnswered, apiFailed } from './events.ts';
import { faultOf } from './fault.ts';
import { clientRoutes } from './routes/clients.ts';
import { dkimKeyRoutes } from './routes/dkim-keys.ts';
import { domainRoutes } from './routes/domains.ts';
import { dryRunRoutes } from './routes/dry-run.ts';
import { policyRoutes } from './routes/policy.ts';
import { quarantineRoutes } from './routes/quarantine.ts';
import { queueRoutes } from './routes/queue.ts';
import { exportRoutes } from './routes/export.ts';
import { messageRoutes } from './routes/messages.ts';
import { systemRoutes } from './routes/system.ts';
import { traceRoutes } from './routes/trace.ts';
import { verifyRoutes } from './routes/verify.ts';
import { recipientRoutes } from './routes/recipients.ts';
import { routeRoutes } from './routes/routes.ts';
import { settingRoutes } from './routes/settings.ts';
import { tenantRoutes } from './routes/tenants.ts';
import type { ApiServices } from './services.ts';

/** Where the API begins. */
export const API_BASE = '/api/v1';

/** Largest body of a question: a file of recipients may have 32 MiB. */
const MOST_OCTETS = 33 * 1024 * 1024;

/** The API as a Hono app: whoever can reach it may ask everything. */
export function createApi(services: ApiServices): ApiApp {
  const { installation, log, clock } = services;
  const app = newApp().basePath(API_BASE) as ApiApp;

  app.use(async (c, next) => {
    const started = clock.monotonic();
    c.set('actor', parseActor(c.req.header('x-sekisho-actor')));
    c.header('cache-control', 'no-store');
    await next();
    const operation = `${c.req.method} ${routePath(c, -1)}`;
    const tenant = c.var.tenant?.id ?? null;
    const tookMs = Math.round(clock.monotonic() - started);
    apiAnswered(log, { operation, by: c.var.actor, tenant, status: c.res.status, tookMs });
  });
  app.use(bodyLimit({ maxSize: MOST_OCTETS, onError: () => Promise.reject(new HTTPException(413)) }));
  app.use('/tenants/:tenant/*', async (c, next) => {
    const name = c.req.param('tenant');
    const tenant = await installation.tenant(name);
    if (!tenant) throw new NotHereError('tenant', name, 'there is none of that name or id');
    c.set('tenant', tenant);
    return next();
  });

  for (const routes of [
    tenantRoutes,
    domainRoutes,
    dkimKeyRoutes,
    routeRoutes,
    clientRoutes,
    recipientRoutes,
    settingRoutes,
    policyRoutes,
    dryRunRoutes,
    queueRoutes,
    quarantineRoutes,
    messageRoutes,
    exportRoutes,
    verifyRoutes,
    traceRoutes,
    systemRoutes,
  ])
    routes(app, services);

  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Sekisho',
      version: PROGRAM_VERSION,
      description: 'Everything that the command `sekisho` does. Times are UTC; lists come in pages by cursor.',
    },
    servers: [{ url: '/' }],
  });
  app.notFound((c) => {
    const { status, fault } = faultOf(new NotHereError('path', c.req.path, `see ${API_BASE}/openapi.json`));
    return c.json(fault, status);
  });
  app.onError((error, c) => {
    const { status, fault } = faultOf(known(error));
    if (status === 500) apiFailed(log, `${c.req.method} ${routePath(c, -1)}`, error);
    return c.json(fault, status);
  });
  return app;
}

/** What the framework found wrong, in our words. */
function known(error: Error): Error {
  if (!(error instanceof HTTPException) || error.status >= 500) return error;
  if (error.status === 413) return new TooLargeError(MOST_OCTETS);
  return new BadRequestError(error.message || `status ${error.status}`);
}
