import { type Address, parseSpoolId, type SpoolId } from '@sekisho/terms';
import { changes, ingests, reads } from '@sekisho/tenants';
import { z } from 'zod';
import { coverage } from './coverage.ts';
import { journal } from './journal.ts';
import type { JournalRow } from './journal-row.ts';
import { deliveredSource, decidedMessages, show } from './record.ts';
import { search } from './search.ts';
import { traceOf } from './trace.ts';
import { optimizeStep } from './upkeep.ts';
import { replacePlace, rowsForRecovery, verifyPage } from './verify-page.ts';

const spoolId = z.custom<SpoolId>((value) => typeof value === 'string' && parseSpoolId(value) !== null, {
  error: 'not the id of a message',
});
const address: z.ZodType<Address> = z.object({ localPart: z.string().max(256), domain: z.string().max(255) });
const cursor = z.int().min(1).optional();
const limit = z.int().min(1).max(200).default(50);
const place = z.object({ pack: z.string().max(255), offset: z.int().min(0), length: z.int().min(0) });
const rows = z.array(z.custom<JournalRow>((value) => typeof value === 'object' && value !== null)).max(50);

/** What one may ask this room inside a tenant. */
export const commands = {
  /** Rows of our own core, already checked where inspection handed them in. */
  take: ingests(z.object({ rows }), async (tx, question, context) => {
    let taken = 0;
    for (const row of question.rows) if ((await journal(tx, row, context)).isNew) taken += 1;
    return taken;
  }),
  search: reads(
    z.object({ query: z.string().max(10_000), limit, cursor, utcOffsetMinutes: z.int().min(-720).max(840).optional() }),
    (tx, question) => search(tx, question),
  ),
  show: reads(z.object({ spoolId }), (tx, question) => show(tx, question)),
  source: reads(z.object({ spoolId }), (tx, question) => deliveredSource(tx, question.spoolId)),
  trace: reads(
    z.object({
      spoolId: spoolId.optional(),
      messageId: z.string().max(1000).optional(),
      sender: address.optional(),
      recipient: address.optional(),
      from: z.int().optional(),
      until: z.int().optional(),
      cursor,
      limit,
    }),
    (tx, question) => traceOf(tx, question),
  ),
  decided: reads(z.object({ cursor, limit: z.int().min(1).max(1000).default(200) }), (tx, question) =>
    decidedMessages(tx, question),
  ),
  coverage: reads(z.object({}), (tx) => coverage(tx)),
  verifyPage: reads(
    z.object({ afterId: z.int().min(0).default(0), limit: z.int().min(1).max(1000).default(200) }),
    (tx, question) => verifyPage(tx, question.afterId, question.limit),
  ),
  rowsForRecovery: reads(z.object({ spoolIds: z.array(spoolId).max(1000) }), (tx, question) =>
    rowsForRecovery(tx, question.spoolIds),
  ),
  replacePlace: changes(z.object({ spoolId, place }), (tx, question) =>
    replacePlace(tx, question.spoolId, question.place),
  ),
  optimizeStep: ingests(z.object({ pages: z.int().min(1).max(1000).optional() }), (tx, question) =>
    optimizeStep(tx, question.pages),
  ),
} as const;
