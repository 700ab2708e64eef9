import { z } from '@hono/zod-openapi';
import { parseSpoolId, type SpoolId } from '@sekisho/terms';

/** A tenant, as people and programs name it. */
export const tenantName = z.string().openapi({ description: 'Name or id of a tenant.', example: 'kumo' });

/** `{tenant}` alone. */
export const tenantPath = z.object({ tenant: tenantName });

/** A domain of the tenant. */
export const domainName = z
  .string()
  .max(255)
  .openapi({ description: 'A domain of the tenant.', example: 'kumo.example' });

/** The id of a message. */
export const messageId = z
  .custom<SpoolId>((value) => typeof value === 'string' && parseSpoolId(value) !== null, {
    error: 'not the id of a message',
  })
  .openapi({
    description: 'Id of a message: what the reply to DATA said.',
    example: '01hq8x5v2k00a2c',
    type: 'string',
  });

/** The id of something held. */
export const heldName = z
  .string()
  .regex(/^[0-9a-z]{15}-\d{1,6}$/, 'not the id of something held')
  .openapi({
    description: 'Id of something held: message and place among its forward-paths.',
    example: '01hq8x5v2k00a2c-0',
  });

/** A truth in a query. */
export const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');

/** A whole number in a query. */
export const number = (from: number, to: number) => z.coerce.number().int().min(from).max(to);

/** A time in a query. */
export const time = z.iso
  .datetime({ offset: true })
  .transform((text) => Date.parse(text))
  .openapi({ type: 'string', format: 'date-time', example: '2026-11-20T21:04:31+09:00' });
