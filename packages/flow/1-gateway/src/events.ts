import type { Log, Meter } from '@sekisho/ports';
import type { Envelope, SpoolId } from '@sekisho/terms';
import type { RefusalReason } from './refusals.ts';

/** What happened at the gateway: a count with few labels, a log line with ids. */
export interface GatewayEvents {
  sessionOpened(listener: string, open: number): void;
  sessionClosed(listener: string, open: number, durationMs: number): void;
  /** A connection that was answered 421, or dropped, before it became a session. */
  connectionRefused(reason: string, ip: string): void;
  secured(listener: string, version: string): void;
  handshakeFailed(listener: string, ip: string, error: unknown): void;
  /** A command or a message was answered 4xx or 5xx. */
  refused(reason: RefusalReason, ip: string): void;
  /** A message is ours; `durationMs` runs from its end of data to the reply. */
  accepted(envelope: Envelope, spoolId: SpoolId, sizeOctets: number, durationMs: number): void;
  inspectionOverdue(envelope: Envelope): void;
  inspectionFailed(envelope: Envelope, error: unknown): void;
  /** Something that no rule foresees; the peer got 451. */
  failed(during: string, ip: string, error: unknown): void;
  descriptorsExhausted(listener: string, backOffMs: number): void;
}

export function gatewayEvents(log: Log, meter: Meter): GatewayEvents {
  return {
    sessionOpened(listener, open) {
      meter.count('sekisho_smtp_sessions_total', { listener });
      meter.gauge('sekisho_smtp_sessions_open', open);
    },
    sessionClosed(listener, open, durationMs) {
      meter.gauge('sekisho_smtp_sessions_open', open);
      meter.observe('sekisho_smtp_session_seconds', durationMs / 1000, { listener });
    },
    connectionRefused(reason, ip) {
      meter.count('sekisho_smtp_connections_refused_total', { reason });
      log.info('gateway.connection-refused', { reason, ip });
    },
    secured(listener, version) {
      meter.count('sekisho_smtp_tls_sessions_total', { listener, version });
    },
    handshakeFailed(listener, ip, error) {
      meter.count('sekisho_smtp_tls_failures_total', { listener });
      log.info('gateway.handshake-failed', { listener, ip, error });
    },
    refused(reason, ip) {
      meter.count('sekisho_smtp_refusals_total', { reason });
      log.info('gateway.refused', { reason, ip });
    },
    accepted(envelope, spoolId, sizeOctets, durationMs) {
      meter.count('sekisho_smtp_messages_total', { direction: envelope.direction });
      meter.count('sekisho_smtp_message_octets_total', {}, sizeOctets);
      meter.observe('sekisho_smtp_accept_seconds', durationMs / 1000);
      log.debug('gateway.accepted', {
        spoolId,
        tenant: envelope.tenant,
        direction: envelope.direction,
        ip: envelope.client.ip,
        recipients: envelope.forwardPaths.length,
        sizeOctets,
      });
    },
    inspectionOverdue(envelope) {
      meter.count('sekisho_smtp_inspections_overdue_total');
      log.warn('gateway.inspection-overdue', { tenant: envelope.tenant });
    },
    inspectionFailed(envelope, error) {
      meter.count('sekisho_smtp_inspections_failed_total');
      log.error('gateway.inspection-failed', { tenant: envelope.tenant, error });
    },
    failed(during, ip, error) {
      meter.count('sekisho_smtp_failures_total', { during });
      log.error('gateway.failed', { during, ip, error });
    },
    descriptorsExhausted(listener, backOffMs) {
      meter.count('sekisho_smtp_descriptors_exhausted_total', { listener });
      log.error('gateway.descriptors-exhausted', { listener, backOffMs });
    },
  };
}
