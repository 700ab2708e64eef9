import { createRoute, z } from '@hono/zod-openapi';
import {
  parseRecipientAddress,
  parseRecipientCsv,
  type RecipientChanges,
  RecipientImportError,
  type RecipientRow,
} from '@sekisho/access';
import { addressKey, formatAddress } from '@sekisho/terms';
import { type ApiApp, answers, jsonBody } from '../app.ts';
import { BadRequestError } from '../errors.ts';
import { flag, number, tenantPath } from '../parameters.ts';
import type { ApiServices } from '../services.ts';
import { iso, timeView } from '../views/times.ts';

const tags = ['recipients'];
const recipientView = z.object({ address: z.string(), display: z.string(), createdAt: timeView }).openapi('Recipient');

/** An address that mail is taken for. */
export type RecipientView = z.infer<typeof recipientView>;

const rowView = z.object({ line: z.int(), address: z.string(), display: z.string() });
const importView = z
  .object({
    charset: z.enum(['utf-8', 'shift_jis']).openapi({ description: 'How the file is written.' }),
    isCommitted: z.boolean(),
    added: z.array(rowView),
    changed: z.array(rowView.extend({ before: z.string() })),
    removed: z.array(z.string()).readonly(),
    unchanged: z.int(),
    faults: z.array(z.object({ line: z.int(), fault: z.string() }).readonly()).readonly(),
  })
  .openapi('RecipientImport');

/** What an import does, or would do. */
export type RecipientImportView = z.infer<typeof importView>;

const list = createRoute({
  method: 'get',
  path: '/tenants/{tenant}/recipients',
  operationId: 'listRecipients',
  tags,
  summary: 'The addresses that mail is taken for, in their order',
  request: {
    params: tenantPath,
    query: z.object({
      after: z.string().max(400).optional(),
      limit: number(1, 1000).default(100),
      containing: z.string().max(200).optional(),
    }),
  },
  responses: answers(
    z.object({ recipients: z.array(recipientView), next: z.string().nullable() }),
    'A page; `next` is the `after` of the page behind it.',
  ),
});

const importFile = createRoute({
  method: 'post',
  path: '/tenants/{tenant}/recipients/import',
  operationId: 'importRecipients',
  tags,
  summary: 'Take over a file of recipients (CSV in UTF-8 or Shift_JIS), or only say what that would do',
  request: {
    params: tenantPath,
    query: z.object({
      commit: flag.openapi({ description: 'Do it; otherwise only the answer is made.' }),
      removeOthers: flag.openapi({ description: 'Remove the recipients that the file does not name.' }),
      charset: z.enum(['utf-8', 'shift_jis']).optional(),
    }),
    body: { content: { 'text/csv': { schema: z.string().openapi({ format: 'binary' }) } } },
  },
  responses: answers(importView, 'What was done, or would be. Nothing is done when there are faults.'),
});

const remove = createRoute({
  method: 'post',
  path: '/tenants/{tenant}/recipients/remove',
  operationId: 'removeRecipients',
  tags,
  summary: 'Take no more mail for these addresses',
  request: {
    params: tenantPath,
    body: jsonBody(z.strictObject({ addresses: z.array(z.string().max(400)).min(1).max(1000) })),
  },
  responses: answers(z.object({ removed: z.int() }), 'How many of them were there.'),
});

const viewRow = ({ line, address, display }: RecipientRow) => ({ line, address: formatAddress(address), display });

/** Recipients: listed, imported, removed. */
export function recipientRoutes(app: ApiApp, { installation, dispatch, control }: ApiServices): void {
  app.openapi(list, async (c) => {
    const { after = '', containing = '', limit } = c.req.valid('query');
    const question = { after, containing, limit };
    const page = await dispatch(c.var.tenant.id, 'access', 'listRecipients', question, c.var.actor);
    const recipients = page.recipients.map(({ localPart, domain, display, createdAt }) => ({
      address: formatAddress({ localPart, domain }),
      display,
      createdAt: iso(createdAt),
    }));
    return c.json({ recipients, next: page.next }, 200);
  });

  app.openapi(importFile, async (c) => {
    const { id } = c.var.tenant;
    const { commit, removeOthers, charset } = c.req.valid('query');
    const file = parseRecipientCsv(new Uint8Array(await c.req.arrayBuffer()), charset);
    const domains = (await installation.domains(id)).map(({ name }) => name);
    const question = { rows: file.rows, domains, removeOthers };
    let changes: RecipientChanges;
    if (commit) {
      if (file.faults.length > 0) throw new RecipientImportError(file.faults);
      changes = await dispatch(id, 'access', 'importRecipients', question, c.var.actor);
      control.recipientsChanged(id);
    } else {
      changes = await dispatch(id, 'access', 'previewImport', question, c.var.actor);
    }
    return c.json(
      {
        charset: file.charset,
        isCommitted: commit,
        added: changes.added.map(viewRow),
        changed: changes.changed.map((row) => ({ ...viewRow(row), before: row.before })),
        removed: changes.removed,
        unchanged: changes.unchanged,
        faults: [...file.faults, ...changes.faults].sort((a, b) => a.line - b.line),
      },
      200,
    );
  });

  app.openapi(remove, async (c) => {
    const { id } = c.var.tenant;
    const keys = c.req.valid('json').addresses.map((text) => {
      const address = parseRecipientAddress(text);
      if (!address) throw new BadRequestError(`"${text}" is no address`);
      return addressKey(address);
    });
    const removed = await dispatch(id, 'access', 'removeRecipients', { keys }, c.var.actor);
    if (removed > 0) control.recipientsChanged(id);
    return c.json({ removed }, 200);
  });
}
