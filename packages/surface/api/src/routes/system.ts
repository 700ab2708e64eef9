import { createRoute, z } from '@hono/zod-openapi';
import { PROGRAM_VERSION, sqliteVersion } from '@sekisho/tenants';
import { type ApiApp, answers, jsonBody } from '../app.ts';
import { examineSystem } from '../doctor/examine-system.ts';
import { examineTenant } from '../doctor/examine-tenant.ts';
import { findingView } from '../doctor/finding.ts';
import type { ApiServices } from '../services.ts';

const tags = ['system'];

const system = createRoute({
  method: 'get',
  path: '/system',
  operationId: 'showSystem',
  tags,
  summary: 'What runs here, and how much waits where',
  responses: answers(
    z
      .object({
        version: z.string(),
        node: z.string(),
        sqlite: z.string(),
        processes: z
          .array(
            z.object({ name: z.string(), pid: z.int().nullable(), state: z.string(), restarts: z.int() }).readonly(),
          )
          .readonly(),
        backlog: z
          .object({ inspection: z.int(), writers: z.int(), owed: z.int(), oldestOwedMs: z.number() })
          .readonly(),
      })
      .openapi('System'),
    'The system.',
  ),
});

const doctor = createRoute({
  method: 'get',
  path: '/doctor',
  operationId: 'examine',
  tags,
  summary: 'What is wrong, and what to do',
  responses: answers(z.object({ findings: z.array(findingView) }), 'What was found.'),
});

const rotate = createRoute({
  method: 'post',
  path: '/keys/rotate',
  operationId: 'rotateRootKey',
  tags,
  summary: 'Make a new root key and put everything that the present one seals under it',
  request: { body: jsonBody(z.strictObject({})) },
  responses: answers(
    z.object({
      file: z.string().openapi({ description: 'File with the new key; keep a copy of it offline.' }),
      formerKeys: z
        .int()
        .openapi({ description: 'Keys of before in the file; copies of the data made then need them.' }),
    }),
    'Where the new key is.',
  ),
});

/** The installation: what runs, what is wrong, its root key. */
export function systemRoutes(app: ApiApp, services: ApiServices): void {
  const { control, installation } = services;

  app.openapi(system, (c) =>
    c.json(
      {
        version: PROGRAM_VERSION,
        node: process.versions.node,
        sqlite: sqliteVersion(),
        processes: control.processes(),
        backlog: control.backlog(),
      },
      200,
    ),
  );

  app.openapi(doctor, async (c) => {
    const findings = examineSystem(services);
    const tenants = await installation.tenants();
    for (const tenant of tenants) findings.push(...(await examineTenant(services, tenant, c.var.actor)));
    if (tenants.length === 0)
      findings.push({
        id: 'tenant-missing',
        level: 'warning',
        tenant: null,
        what: { ja: 'テナントがありません', en: 'there is no tenant' },
        todo: { ja: '作るには: sekisho tenant create 名前', en: 'Make one: sekisho tenant create NAME' },
      });
    return c.json({ findings }, 200);
  });

  app.openapi(rotate, async (c) => c.json(await control.rotateRootKey(), 200));
}
