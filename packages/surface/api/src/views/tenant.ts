import { z } from '@hono/zod-openapi';
import type { Tenant } from '@sekisho/tenants';
import { iso, isoOrNull, timeView } from './times.ts';

/** A tenant. */
export const tenantView = z
  .object({
    id: z.string(),
    name: z.string(),
    displayName: z.string(),
    suspendedAt: timeView.nullable(),
    createdAt: timeView,
  })
  .openapi('Tenant');

export type TenantView = z.infer<typeof tenantView>;

/** A tenant as answers show it. */
export function viewTenant({ id, name, displayName, suspendedAt, createdAt }: Tenant): TenantView {
  return { id, name, displayName, suspendedAt: isoOrNull(suspendedAt), createdAt: iso(createdAt) };
}
