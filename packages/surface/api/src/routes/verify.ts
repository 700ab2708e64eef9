import { setImmediate } from 'node:timers/promises';
import { createRoute } from '@hono/zod-openapi';
import { type Actor, SekishoError, type TenantId } from '@sekisho/terms';
import { type ApiApp, answersStream } from '../app.ts';
import { tenantPath } from '../parameters.ts';
import type { ApiServices } from '../services.ts';
import { streamAnswer } from '../stream-answer.ts';

const PAGE = 200;
const TELL_EVERY = 50;

/** What a verification tells while it goes on; the last line is `done`. */
export type VerifyLine =
  | { readonly kind: 'progress'; readonly checked: number; readonly stored: number }
  | { readonly kind: 'fault'; readonly message: string; readonly id: string; readonly why: string }
  | {
      readonly kind: 'done';
      readonly checked: number;
      readonly faults: number;
      readonly stored: number;
      readonly indexed: number;
    };

const verify = createRoute({
  method: 'post',
  path: '/tenants/{tenant}/verify',
  operationId: 'verifyArchive',
  tags: ['archive'],
  summary: 'Read every body of the archive again and compare its digests with the journal’s',
  request: { params: tenantPath },
  responses: answersStream(
    'application/x-ndjson',
    'JSON lines: `progress` with numbers, `fault` with a message and why, and `done` at the end.',
  ),
});

/** Verification of the archive, told as it goes on. */
export function verifyRoutes(app: ApiApp, services: ApiServices): void {
  app.openapi(verify, async (c) => {
    c.header('content-type', 'application/x-ndjson');
    const lines = verifyAll(services, c.var.tenant.id, c.var.actor);
    return c.body(await streamAnswer(services.log, 'verifyArchive', encoded(lines)), 200);
  });
}

async function* encoded(lines: AsyncIterable<VerifyLine>): AsyncGenerator<Uint8Array> {
  for await (const line of lines) yield Buffer.from(`${JSON.stringify(line)}\n`);
}

async function* verifyAll(
  { dispatch, contents, log }: ApiServices,
  tenant: TenantId,
  by: Actor,
): AsyncGenerator<VerifyLine> {
  const { stored, indexed } = await dispatch(tenant, 'archive', 'coverage', {}, by);
  let [checked, faults, afterId] = [0, 0, 0];
  for (;;) {
    const page = await dispatch(tenant, 'archive', 'verifyPage', { afterId, limit: PAGE }, by);
    for (const body of page) {
      try {
        await contents.verify(tenant, body);
      } catch (error) {
        faults += 1;
        const id = error instanceof SekishoError ? error.id : 'unforeseen';
        log.error('archive.verify-fault', { tenant, spoolId: body.spoolId, id, why: (error as Error).message });
        yield { kind: 'fault', message: body.spoolId, id, why: (error as Error).message };
      }
      checked += 1;
      afterId = body.id;
      if (checked % TELL_EVERY === 0) yield { kind: 'progress', checked, stored };
      await setImmediate();
    }
    if (page.length < PAGE) break;
  }
  yield { kind: 'done', checked, faults, stored, indexed };
}
