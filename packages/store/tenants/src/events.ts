import type { Log, Meter } from '@sekisho/ports';
import type { TenantId } from '@sekisho/terms';

/** What happens in this room, counted and told: one function for each event. */
export interface TenantEvents {
  opened(tenant: TenantId, generation: number, open: number): void;
  closed(tenant: TenantId, open: number): void;
  transacted(kind: string, seconds: number): void;
  synced(seconds: number): void;
  /** A write or sync failed; the tenant is only read from now on. */
  becameReadOnly(tenant: TenantId, error: unknown): void;
  /** A read failed, or what was read is not what was written. */
  unreadable(tenant: TenantId, error: unknown): void;
}

/** Tells the events of this room to a log and a meter. */
export function tenantEvents(log: Log, meter: Meter): TenantEvents {
  return {
    opened(tenant, generation, open) {
      meter.count('sekisho_tenants_opened_total');
      meter.gauge('sekisho_tenants_open_databases', open);
      log.debug('tenants.opened', { tenant, generation });
    },
    closed(tenant, open) {
      meter.gauge('sekisho_tenants_open_databases', open);
      log.debug('tenants.closed', { tenant });
    },
    transacted(kind, seconds) {
      meter.observe('sekisho_tenants_transaction_seconds', seconds, { kind });
    },
    synced(seconds) {
      meter.observe('sekisho_tenants_sync_seconds', seconds);
    },
    becameReadOnly(tenant, error) {
      meter.count('sekisho_tenants_read_only_total');
      log.error('tenants.read-only', { tenant, error });
    },
    unreadable(tenant, error) {
      meter.count('sekisho_tenants_unreadable_total');
      log.error('tenants.unreadable', { tenant, error });
    },
  };
}
