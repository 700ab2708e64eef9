import type { Settings } from '@sekisho/config';
import { DEFAULT_LIMITS, type GatewayLimits } from '@sekisho/gateway';

/** The gateway's limits as the installation's settings say them. */
export function gatewayLimitsOf(settings: Settings): Partial<GatewayLimits> {
  return {
    messageOctets: settings['smtp.message-octets'],
    recipients: settings['smtp.recipients'],
    commandLineOctets: settings['smtp.command-octets'],
    headerOctets: settings['smtp.header-octets'],
    collectedBodyOctets: Math.max(DEFAULT_LIMITS.collectedBodyOctets, settings['smtp.header-octets']),
    receivedFields: settings['smtp.received-fields'],
    connections: settings['smtp.connections'],
    connectionsPerAddress: settings['smtp.connections-per-address'],
    errorsPerSession: settings['smtp.errors-per-connection'],
    commandDeadlineMs: settings['smtp.command-seconds'] * 1000,
    dataIdleMs: settings['smtp.data-idle-seconds'] * 1000,
    dataDeadlineMs: settings['smtp.data-seconds'] * 1000,
    tlsHandshakeMs: settings['smtp.tls-seconds'] * 1000,
    inspectionDeadlineMs: settings['inspection.reply-seconds'] * 1000,
  };
}
