import { GatewayLimitError } from './errors.ts';

/** Every limit of the gateway. Octets, counts, milliseconds. */
export interface GatewayLimits {
  /** Most octets of a message, announced as SIZE (RFC 1870). */
  readonly messageOctets: number;
  /** Forward-paths of one transaction (RFC 5321 §4.5.3.1.8 asks for 100 at least). */
  readonly recipients: number;
  /** A command line with its CRLF; RFC 5321 §4.5.3.1.4 says 512, extensions add to it. */
  readonly commandLineOctets: number;
  /** The header section of a message. */
  readonly headerOctets: number;
  /** Received fields: more of them are a loop (RFC 5321 §6.3). */
  readonly receivedFields: number;
  /** A body up to this size waits in memory; a larger one is streamed. */
  readonly collectedBodyOctets: number;
  /** Octets of all bodies waiting in memory; above it bodies are streamed early and DATA is put off. */
  readonly collectedTotalOctets: number;
  /** Connections of all clients; lowered to what the process's descriptors allow. */
  readonly connections: number;
  /** Connections of one IPv4 address or one IPv6 /64. */
  readonly connectionsPerAddress: number;
  /** The same for an address that a tenant trusts. */
  readonly connectionsPerTrustedAddress: number;
  /** 5xx replies in one session before it ends. */
  readonly errorsPerSession: number;
  /** Commands that move no mail, in a row, before the session ends. */
  readonly junkCommands: number;
  /** From a reply to the end of the next command line (RFC 5321 §4.5.3.2.7). */
  readonly commandDeadlineMs: number;
  /** Between two segments of message data. */
  readonly dataIdleMs: number;
  /** For all of the data, beside what {@link dataOctetsPerSecond} grants. */
  readonly dataDeadlineMs: number;
  /** A sender slower than this uses up the deadline. */
  readonly dataOctetsPerSecond: number;
  readonly tlsHandshakeMs: number;
  readonly proxyHeaderMs: number;
  /** For a client to take our replies, and to close after the last one. */
  readonly replyDeadlineMs: number;
  /** For the directory to say whether a recipient is known. */
  readonly lookupDeadlineMs: number;
  /** For inspection before the reply; afterwards the message is accepted and inspected behind it. */
  readonly inspectionDeadlineMs: number;
  /** How long nobody is let in after the process ran out of descriptors. */
  readonly descriptorBackOffMs: number;
}

const MIB = 1024 * 1024;

export const DEFAULT_LIMITS: GatewayLimits = {
  messageOctets: 50 * MIB,
  recipients: 1000,
  commandLineOctets: 2048,
  headerOctets: MIB / 2,
  receivedFields: 100,
  collectedBodyOctets: MIB,
  collectedTotalOctets: 256 * MIB,
  connections: 12_000,
  connectionsPerAddress: 50,
  connectionsPerTrustedAddress: 1000,
  errorsPerSession: 20,
  junkCommands: 100,
  commandDeadlineMs: 300_000,
  dataIdleMs: 180_000,
  dataDeadlineMs: 600_000,
  dataOctetsPerSecond: 16_384,
  tlsHandshakeMs: 30_000,
  proxyHeaderMs: 10_000,
  replyDeadlineMs: 60_000,
  lookupDeadlineMs: 30_000,
  inspectionDeadlineMs: 20_000,
  descriptorBackOffMs: 1000,
};

/** Largest size that a message limit may have. */
export const MESSAGE_OCTETS_MAXIMUM = 200 * MIB;

/** The defaults with some of them replaced; throws at values that nobody can keep. */
export function gatewayLimits(given: Partial<GatewayLimits> = {}): GatewayLimits {
  const limits: GatewayLimits = { ...DEFAULT_LIMITS, ...given };
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isSafeInteger(value) || value < 1) throw new GatewayLimitError(name, value, 'a whole number above 0');
  }
  if (limits.messageOctets > MESSAGE_OCTETS_MAXIMUM)
    throw new GatewayLimitError('messageOctets', limits.messageOctets, `at most ${MESSAGE_OCTETS_MAXIMUM}`);
  if (limits.commandLineOctets < 512)
    throw new GatewayLimitError('commandLineOctets', limits.commandLineOctets, 'at least 512 (RFC 5321 §4.5.3.1.4)');
  if (limits.headerOctets > limits.collectedBodyOctets)
    throw new GatewayLimitError('headerOctets', limits.headerOctets, 'at most collectedBodyOctets');
  return limits;
}
