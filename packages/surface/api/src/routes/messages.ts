import { createRoute, z } from '@hono/zod-openapi';
import { type ArchiveRecord, emlName, MessageNotFoundError } from '@sekisho/archive';
import { formatAddress, formatReversePath } from '@sekisho/terms';
import { type ApiApp, answers, answersStream } from '../app.ts';
import { messageId, number, tenantName, tenantPath } from '../parameters.ts';
import type { ApiServices } from '../services.ts';
import { streamAnswer } from '../stream-answer.ts';
import { coverageView, messageView, viewCoverage, viewMessage } from '../views/message.ts';
import { decisionView, viewDecision } from '../views/plan.ts';
import { iso, timeView } from '../views/times.ts';

const tags = ['archive'];
const path = z.object({ tenant: tenantName, message: messageId });

const recordView = messageView
  .extend({
    journalledAt: timeView,
    policyVersion: z.string(),
    rawSha256: z.string(),
    deliveredSha256: z.string(),
    envelope: z.object({
      reversePath: z.string(),
      forwardPaths: z.array(z.string()),
      client: z.object({ ip: z.string(), ehlo: z.string(), protocol: z.string(), listener: z.string() }),
      tls: z.string().nullable(),
    }),
    decisions: z.array(decisionView),
    facts: z.array(z.object({ name: z.string(), value: z.unknown() })),
  })
  .openapi('MessageRecord');

/** Everything that the journal knows of a message, apart from its body. */
export type RecordView = z.infer<typeof recordView>;

const search = createRoute({
  method: 'get',
  path: '/tenants/{tenant}/messages',
  operationId: 'searchMessages',
  tags,
  summary: 'Find messages by words, "phrases" and fields (from: to: subject: attachment: before: ...), newest first',
  request: {
    params: tenantPath,
    query: z.object({
      query: z.string().max(2000).default('').openapi({ example: '件名:見積 添付:pdf' }),
      cursor: number(1, Number.MAX_SAFE_INTEGER).optional(),
      limit: number(1, 200).default(50),
      utcOffsetMinutes: number(-720, 840)
        .default(540)
        .openapi({ description: 'Zone of the dates in the query: Japan’s unless said otherwise.' }),
    }),
  },
  responses: answers(
    z
      .object({
        messages: z.array(messageView),
        cursor: z.int().nullable(),
        total: z.int().nullable().openapi({ description: 'Hits in all, counted on the first page only.' }),
        isMore: z.boolean().openapi({ description: 'True when there are more hits than were counted.' }),
        hints: z
          .array(z.object({ position: z.int(), written: z.string(), meant: z.string() }).readonly())
          .readonly()
          .openapi({ description: 'Words that look like a misspelt field; they were taken literally.' }),
        coverage: coverageView,
      })
      .openapi('SearchPage'),
    'A page; `cursor` asks for the next one.',
  ),
});

const show = createRoute({
  method: 'get',
  path: '/tenants/{tenant}/messages/{message}',
  operationId: 'showMessage',
  tags,
  summary: 'The journal’s record of a message: envelope, facts, plan, digests',
  request: { params: path },
  responses: answers(recordView, 'The record.'),
});

const form = z
  .enum(['raw', 'delivered'])
  .default('raw')
  .openapi({ description: 'As it came, octet for octet, or as it goes on: with our trace fields.' });

const content = createRoute({
  method: 'get',
  path: '/tenants/{tenant}/messages/{message}/content',
  operationId: 'readMessage',
  tags,
  summary: 'A message itself, as an EML file',
  request: { params: path, query: z.object({ form }) },
  responses: answersStream('message/rfc822', 'The message.'),
});

const coverage = createRoute({
  method: 'get',
  path: '/tenants/{tenant}/coverage',
  operationId: 'showCoverage',
  tags,
  summary: 'How much of the journal can be searched',
  request: { params: tenantPath },
  responses: answers(coverageView, 'The numbers.'),
});

function viewRecord(record: ArchiveRecord): RecordView {
  const { envelope, plan, facts, rawSha256, deliveredSha256, journalledAt, policyVersion } = record;
  const { ip, ehlo, protocol, listener, tls } = envelope.client;
  const { id, spoolId, receivedAt, direction, disposition, sizeOctets, attachmentCount, sentAt } = record;
  const { indexedAll, from, to, subject, messageId: header } = record;
  const shown = { id, spoolId, receivedAt, direction, disposition, sizeOctets, attachmentCount, sentAt };
  return {
    ...viewMessage({ ...shown, indexedAll, from, to, subject, messageId: header }),
    journalledAt: iso(journalledAt),
    policyVersion,
    rawSha256: Buffer.from(rawSha256).toString('hex'),
    deliveredSha256: Buffer.from(deliveredSha256).toString('hex'),
    envelope: {
      reversePath: formatReversePath(envelope.reversePath),
      forwardPaths: envelope.forwardPaths.map(({ address }) => formatAddress(address)),
      client: { ip, ehlo, protocol, listener },
      tls: tls ? `${tls.version} ${tls.cipher}` : null,
    },
    decisions: plan.decisions.map(viewDecision),
    facts: facts.map(({ name, value }) => ({ name, value })),
  };
}

/** The archive: searched, shown, read. */
export function messageRoutes(app: ApiApp, { dispatch, contents, log }: ApiServices): void {
  app.openapi(search, async (c) => {
    const page = await dispatch(c.var.tenant.id, 'archive', 'search', c.req.valid('query'), c.var.actor);
    return c.json({ ...page, messages: page.messages.map(viewMessage), coverage: viewCoverage(page.coverage) }, 200);
  });

  app.openapi(show, async (c) => {
    const question = { spoolId: c.req.valid('param').message };
    return c.json(viewRecord(await dispatch(c.var.tenant.id, 'archive', 'show', question, c.var.actor)), 200);
  });

  app.openapi(content, async (c) => {
    const { id } = c.var.tenant;
    const spoolId = c.req.valid('param').message;
    const source = await dispatch(id, 'archive', 'source', { spoolId }, c.var.actor);
    if (!source) throw new MessageNotFoundError(spoolId);
    const { receivedAt, subject } = await dispatch(id, 'archive', 'show', { spoolId }, c.var.actor);
    const pieces = contents.stream(id, source, c.req.valid('query').form);
    const body = await streamAnswer(log, 'readMessage', pieces);
    const name = encodeURIComponent(emlName({ receivedAt, subject, spoolId }));
    c.header('content-type', 'message/rfc822');
    c.header('content-disposition', `attachment; filename*=UTF-8''${name}`);
    return c.body(body, 200);
  });

  app.openapi(coverage, async (c) =>
    c.json(viewCoverage(await dispatch(c.var.tenant.id, 'archive', 'coverage', {}, c.var.actor)), 200),
  );
}
