import type { Log, Meter } from '@sekisho/ports';
import type { TenantId } from '@sekisho/terms';
import type { Held } from './held.ts';

/** A forward-path began to wait. */
export function heldOpened(log: Log, meter: Meter, tenant: TenantId, spoolId: string, count: number): void {
  meter.count('sekisho_holding_opened_total', {}, count);
  log.info('holding.opened', { tenant, spoolId, count });
}

/** A forward-path reached its end: released, deleted or expired. */
export function heldSettled(log: Log, meter: Meter, tenant: TenantId, held: Held): void {
  meter.count('sekisho_holding_settled_total', { state: held.state, reason: held.reason });
  log.info(`holding.${held.state}`, { tenant, held: held.id, by: held.settledBy?.name, reason: held.reason });
}
