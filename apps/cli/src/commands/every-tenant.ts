import type { TenantView } from '@sekisho/api';
import type { Context } from '../command.ts';

/** Names of the tenants that a command is about: the one that is named, or all. */
export async function tenantsOf(context: Context, named: string | null): Promise<string[]> {
  if (named !== null && named !== '') return [named];
  const { tenants } = await context.api.get<{ tenants: TenantView[] }>('/tenants');
  return tenants.map(({ name }) => name);
}
