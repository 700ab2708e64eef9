import { createRoute, z } from '@hono/zod-openapi';
import { createDkimKey, dkimRecord } from '@sekisho/message-auth';
import { type DkimKey, type Installation, parseDomainName } from '@sekisho/tenants';
import type { TenantId } from '@sekisho/terms';
import { type ApiApp, answers, answersCreated, jsonBody } from '../app.ts';
import { NotHereError } from '../errors.ts';
import { domainName, tenantName } from '../parameters.ts';
import type { ApiServices } from '../services.ts';
import { iso, timeView } from '../views/times.ts';

const tags = ['dkim'];
const algorithm = z.enum(['rsa-sha256', 'ed25519-sha256']);
const keyView = z
  .object({
    domain: z.string(),
    selector: z.string(),
    algorithm,
    signs: z.boolean().openapi({ description: 'True for the one key of the domain that signs.' }),
    createdAt: timeView,
    record: z
      .object({ name: z.string(), value: z.string(), strings: z.array(z.string()).readonly() })
      .openapi({ description: 'The TXT record that publishes the key; `strings` as a zone file needs it.' }),
  })
  .openapi('DkimKey');

/** A signing key with the record to publish. */
export type DkimKeyView = z.infer<typeof keyView>;

const path = z.object({ tenant: tenantName, domain: domainName });

const list = createRoute({
  method: 'get',
  path: '/tenants/{tenant}/domains/{domain}/dkim-keys',
  operationId: 'listDkimKeys',
  tags,
  summary: 'The signing keys of a domain with the DNS records that publish them, the newest first',
  request: { params: path },
  responses: answers(z.object({ keys: z.array(keyView) }), 'The keys.'),
});

const create = createRoute({
  method: 'post',
  path: '/tenants/{tenant}/domains/{domain}/dkim-keys',
  operationId: 'createDkimKey',
  tags,
  summary: 'Make a signing key; the first one of a domain signs at once, others when they are told to',
  request: {
    params: path,
    body: jsonBody(
      z.strictObject({
        algorithm: algorithm.default('rsa-sha256'),
        selector: z.string().max(100).optional().openapi({ description: 'Default: a name with the month.' }),
      }),
    ),
  },
  responses: answersCreated(keyView, 'The new key.'),
});

const use = createRoute({
  method: 'post',
  path: '/tenants/{tenant}/domains/{domain}/dkim-keys/{selector}/use',
  operationId: 'useDkimKey',
  tags,
  summary: 'Let another key of the domain sign, once its record is in DNS',
  request: { params: path.extend({ selector: z.string().max(100) }) },
  responses: answers(z.object({ keys: z.array(keyView) }), 'The keys of the domain.'),
});

/** DKIM keys: made, shown with their records, put to use. */
export function dkimKeyRoutes(app: ApiApp, { installation, control, clock }: ApiServices): void {
  app.openapi(list, async (c) => {
    const domain = await ownDomain(installation, c.var.tenant.id, c.req.valid('param').domain);
    return c.json({ keys: (await installation.dkimKeys(c.var.tenant.id, domain)).map(viewKey) }, 200);
  });

  app.openapi(create, async (c) => {
    const { id } = c.var.tenant;
    const domain = await ownDomain(installation, id, c.req.valid('param').domain);
    const asked = c.req.valid('json');
    const known = (await installation.dkimKeys(id, domain)).map(({ selector }) => selector);
    const pair = await createDkimKey({ algorithm: asked.algorithm === 'rsa-sha256' ? 'rsa-2048' : 'ed25519' });
    const key = {
      domain,
      selector: asked.selector ?? freeSelector(known, clock.now()),
      algorithm: asked.algorithm,
      publicKey: Buffer.from(pair.publicKey),
      privateKey: Buffer.from(pair.privateKey),
    };
    const made = await installation.addDkimKey(id, key, c.var.actor);
    await control.installationChanged();
    return c.json(viewKey(made), 201);
  });

  app.openapi(use, async (c) => {
    const { id } = c.var.tenant;
    const { domain: asked, selector } = c.req.valid('param');
    const domain = await ownDomain(installation, id, asked);
    await installation.signWithDkimKey(id, domain, selector, c.var.actor);
    await control.installationChanged();
    return c.json({ keys: (await installation.dkimKeys(id, domain)).map(viewKey) }, 200);
  });
}

/** The name of a domain of the tenant. */
async function ownDomain(installation: Installation, tenant: TenantId, asked: string): Promise<string> {
  const name = parseDomainName(asked);
  const domains = await installation.domains(tenant);
  if (!domains.some((domain) => domain.name === name)) throw new NotHereError('domain', name, 'the tenant has none');
  return name;
}

/** `sekisho-202611`, or the first one behind it that is free. */
function freeSelector(known: readonly string[], now: number): string {
  const name = `sekisho-${new Date(now).toISOString().slice(0, 7).replace('-', '')}`;
  let [selector, count] = [name, 1];
  while (known.includes(selector)) selector = `${name}-${++count}`;
  return selector;
}

function viewKey({ domain, selector, algorithm: kind, signs, createdAt, publicKey }: DkimKey): DkimKeyView {
  const record = dkimRecord({ domain, selector, publicKey: publicKey.toString('utf8') });
  return { domain, selector, algorithm: kind, signs, createdAt: iso(createdAt), record };
}
