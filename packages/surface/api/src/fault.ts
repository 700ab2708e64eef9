import { z } from '@hono/zod-openapi';
import { SekishoError } from '@sekisho/terms';

/** How every failure is answered. */
export const faultView = z
  .object({
    error: z.object({
      id: z.string().openapi({ description: 'Stable name of the failure, for programs.', example: 'not-here' }),
      message: z.string().openapi({ description: 'What could not be done, and why.' }),
      detail: z.record(z.string(), z.unknown()),
    }),
  })
  .openapi('Fault');

export type Fault = z.infer<typeof faultView>;

/** Status codes of failures. */
export type FaultStatus = 400 | 404 | 409 | 413 | 422 | 500 | 503;

const STATUS: Readonly<Record<string, FaultStatus>> = {
  'bad-request': 400,
  'bad-question': 400,
  'archive.bad-query': 400,
  'not-here': 404,
  'not-in-installation': 404,
  'tenant-not-found': 404,
  'unknown-name': 404,
  'archive.not-found': 404,
  'holding.not-found': 404,
  'policy.rules-not-found': 404,
  'already-in-installation': 409,
  'holding.settled': 409,
  'holding.refused': 409,
  'policy.rules-changed': 409,
  'root-key-not-a-file': 409,
  'root-key-busy': 409,
  'too-large': 413,
  'installation-value': 422,
  'setting-value': 422,
  'policy.rules-refused': 422,
  'recipient-file': 422,
  'recipient-import': 422,
  'call-lost': 503,
  'too-late': 503,
  'store-full': 503,
  'store-read-only': 503,
};

/** The answer to a failure: an error of ours with its story, everything else without. */
export function faultOf(error: unknown): { readonly status: FaultStatus; readonly fault: Fault } {
  if (!(error instanceof SekishoError)) {
    const message = 'Cannot do this: an unforeseen error, see the log';
    return { status: 500, fault: { error: { id: 'unforeseen', message, detail: {} } } };
  }
  const { id, message, detail } = error;
  return { status: STATUS[id] ?? 500, fault: { error: { id, message, detail: { ...detail } } } };
}
