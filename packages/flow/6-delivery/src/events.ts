import type { Log, Meter } from '@sekisho/ports';
import type { TenantId } from '@sekisho/terms';

/** What happens in delivery, each as one count and one log line. */
export interface DeliveryEvents {
  settled(tenant: TenantId, about: SettledFields): void;
  /** A result came from a worker that no longer held the lease. */
  fenced(tenant: TenantId, message: string, recipient: number): void;
  sessionOpened(route: string, host: string, tls: string, seconds: number): void;
  sessionFailed(route: string, stage: string, why: string): void;
  backedOff(route: string, untilMs: number): void;
  reportSubmitted(tenant: TenantId, message: string, kind: string, recipients: number): void;
  /** Something of ours did not answer as it should: the queue, the source, the signer, the submission. */
  stumbled(what: string, tenant: TenantId, error: unknown): void;
}

interface SettledFields {
  readonly message: string;
  readonly recipient: number;
  readonly outcome: string;
  readonly host: string | null;
  readonly tls: string | null;
  readonly status: string | null;
  readonly seconds: number;
}

export function deliveryEvents(log: Log, meter: Meter): DeliveryEvents {
  return {
    settled(tenant, { outcome, seconds, ...fields }) {
      meter.count('sekisho_delivery_attempts_total', { outcome });
      meter.observe('sekisho_delivery_attempt_seconds', seconds);
      log.info(`delivery.${outcome}`, { tenant, ...fields });
    },
    fenced(tenant, message, recipient) {
      meter.count('sekisho_delivery_fenced_total');
      log.warn('delivery.fenced', { tenant, message, recipient });
    },
    sessionOpened(route, host, tls, seconds) {
      meter.count('sekisho_delivery_sessions_total', { tls: tls.split(' ')[0] ?? '' });
      meter.observe('sekisho_delivery_session_open_seconds', seconds);
      log.debug('delivery.session-opened', { route, host, tls });
    },
    sessionFailed(route, stage, why) {
      meter.count('sekisho_delivery_session_failures_total', { stage });
      log.warn('delivery.session-failed', { route, stage, why });
    },
    backedOff(route, untilMs) {
      meter.count('sekisho_delivery_back_offs_total');
      log.info('delivery.backed-off', { route, untilMs });
    },
    reportSubmitted(tenant, message, kind, recipients) {
      meter.count('sekisho_delivery_reports_total', { kind });
      log.info('delivery.report-submitted', { tenant, message, kind, recipients });
    },
    stumbled(what, tenant, error) {
      meter.count('sekisho_delivery_stumbles_total', { what });
      log.error('delivery.stumbled', { what, tenant, error });
    },
  };
}
