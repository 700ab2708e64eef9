import { createRoute, z } from '@hono/zod-openapi';
import { type SettingName, parseSettingName, settingNames, settings } from '@sekisho/config';
import type { SettingChange } from '@sekisho/tenants';
import type { Json, TenantId } from '@sekisho/terms';
import { type ApiApp, answers, jsonBody } from '../app.ts';
import { tenantPath } from '../parameters.ts';
import type { ApiServices } from '../services.ts';
import { actorView, sentenceView } from '../views/actor.ts';
import { iso, timeView } from '../views/times.ts';

const tags = ['settings'];
const value = z.json().openapi({ type: ['string', 'number', 'array', 'null'] });
const settingView = z
  .object({
    name: z.string(),
    value,
    from: z.enum(['tenant', 'installation', 'default']).openapi({ description: 'Where the value is set.' }),
    default: value,
    unit: z.string(),
    scope: z.enum(['installation', 'tenant']),
    about: sentenceView,
  })
  .openapi('Setting');

/** A setting and what holds. */
export type SettingView = z.infer<typeof settingView>;

const changeView = z
  .object({ name: z.string(), version: z.int(), old: value, new: value, at: timeView, by: actorView })
  .openapi('SettingChange');

/** One change of a setting. */
export type SettingChangeView = z.infer<typeof changeView>;

const settingName = z.string().openapi({ description: 'Name of a setting.', example: 'quarantine.days' });
const listed = answers(z.object({ settings: z.array(settingView) }), 'Every setting with the value that holds.');
const changed = answers(
  z.object({ change: changeView.nullable() }),
  'What changed; `null` when the value was there already.',
);
const told = answers(z.object({ changes: z.array(changeView) }), 'Every change, the newest first.');
const newValue = jsonBody(z.strictObject({ value }));

/** The questions about settings, for the installation or below a tenant. */
const questions = <Named extends z.ZodObject>(
  base: '' | '/tenants/{tenant}',
  about: string,
  operation: (verb: string) => string,
  params: z.ZodObject,
  named: Named,
) => ({
  list: createRoute({
    method: 'get',
    path: `${base}/settings`,
    operationId: operation('list'),
    tags,
    summary: `What is set for ${about}`,
    request: { params },
    responses: listed,
  }),
  set: createRoute({
    method: 'put',
    path: `${base}/settings/{name}`,
    operationId: operation('set'),
    tags,
    summary: `Set a value for ${about}`,
    request: { params: named, body: newValue },
    responses: changed,
  }),
  unset: createRoute({
    method: 'delete',
    path: `${base}/settings/{name}`,
    operationId: operation('unset'),
    tags,
    summary: `Take the value for ${about} away: what stands above holds again`,
    request: { params: named },
    responses: changed,
  }),
  history: createRoute({
    method: 'get',
    path: `${base}/settings/{name}/history`,
    operationId: operation('tell'),
    tags,
    summary: `Who changed a value for ${about}, when, from what to what`,
    request: { params: named },
    responses: told,
  }),
});

const name = { name: settingName };
const ofAll = questions('', 'the installation', (verb) => `${verb}Settings`, z.object({}), z.object(name));
const ofTenant = questions(
  '/tenants/{tenant}',
  'a tenant',
  (verb) => `${verb}TenantSettings`,
  tenantPath,
  tenantPath.extend(name),
);

/** Settings: listed, set, taken away, and who did so. */
export function settingRoutes(app: ApiApp, services: ApiServices): void {
  const { installation, control } = services;
  const change = async (tenant: TenantId | null, name: string, next: unknown, by: SettingChange['by']) => {
    const done = await installation.setSetting(tenant, parseSettingName(name), next, by);
    if (done) await control.installationChanged();
    return { change: done && viewChange(done) };
  };
  const history = async (tenant: TenantId | null, name: string) => ({
    changes: (await installation.settingHistory(tenant, name)).map(viewChange),
  });

  app.openapi(ofAll.list, async (c) => c.json(await listSettings(services, null), 200));
  app.openapi(ofAll.set, async (c) =>
    c.json(await change(null, c.req.valid('param').name, c.req.valid('json').value, c.var.actor), 200),
  );
  app.openapi(ofAll.unset, async (c) =>
    c.json(await change(null, c.req.valid('param').name, undefined, c.var.actor), 200),
  );
  app.openapi(ofAll.history, async (c) => c.json(await history(null, c.req.valid('param').name), 200));

  app.openapi(ofTenant.list, async (c) => c.json(await listSettings(services, c.var.tenant.id), 200));
  app.openapi(ofTenant.set, async (c) => {
    const { name } = c.req.valid('param');
    return c.json(await change(c.var.tenant.id, name, c.req.valid('json').value, c.var.actor), 200);
  });
  app.openapi(ofTenant.unset, async (c) =>
    c.json(await change(c.var.tenant.id, c.req.valid('param').name, undefined, c.var.actor), 200),
  );
  app.openapi(ofTenant.history, async (c) => c.json(await history(c.var.tenant.id, c.req.valid('param').name), 200));
}

/** All settings of the installation, or those that a tenant can have. */
async function listSettings({ installation }: ApiServices, tenant: TenantId | null) {
  const effective = await installation.settings(tenant);
  const above = await installation.ownSettings(null);
  const own = tenant === null ? {} : await installation.ownSettings(tenant);
  const from = (name: SettingName) =>
    Object.hasOwn(own, name) ? 'tenant' : Object.hasOwn(above, name) ? 'installation' : 'default';
  const names = settingNames.filter((name) => tenant === null || settings[name].scope === 'tenant');
  return {
    settings: names.map((name): SettingView => {
      const { default: usual, unit, scope, ja, en } = settings[name];
      return {
        name,
        value: effective[name] as SettingView['value'],
        from: from(name),
        default: usual as SettingView['value'],
        unit,
        scope,
        about: { ja, en },
      };
    }),
  };
}

const viewChange = ({ name, version, old, new: next, at, by }: SettingChange): SettingChangeView => ({
  name,
  version,
  old: plainJson(old),
  new: plainJson(next),
  at: iso(at),
  by,
});

const plainJson = (one: Json) => one as SettingChangeView['old'];
