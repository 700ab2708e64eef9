/** How long each stage of a session may last (RFC 5321 §4.5.3.2 gives the least that a client has to wait). */
export interface StageDeadlines {
  readonly connectMs: number;
  /** The first 220 (§4.5.3.2.1). */
  readonly greetingMs: number;
  /** EHLO, HELO and STARTTLS; the handshake counts as one such answer. */
  readonly ehloMs: number;
  /** MAIL (§4.5.3.2.2). */
  readonly mailMs: number;
  /** RCPT (§4.5.3.2.3). */
  readonly rcptMs: number;
  /** The 354 after DATA (§4.5.3.2.4). */
  readonly dataMs: number;
  /** Until the peer has taken one block of the content (§4.5.3.2.5). */
  readonly blockMs: number;
  /** The answer to the final dot (§4.5.3.2.6). */
  readonly endOfDataMs: number;
  readonly quitMs: number;
}

/** What one SMTP session may cost. */
export interface SessionLimits {
  readonly deadlines: StageDeadlines;
  /** One write of content; the block deadline counts for each. */
  readonly blockOctets: number;
  /** A peer that takes content more slowly than this, over a whole message, is given up. */
  readonly octetsPerSecond: number;
  /** A session is closed after this many messages. */
  readonly messagesPerSession: number;
  /** An unused session is closed after this long. */
  readonly idleMs: number;
}

/** When a deferred recipient is tried again and when it is given up. */
export interface RetrySchedule {
  /** Wait after the first, second … attempt; the last one repeats. */
  readonly delaysMs: readonly number[];
  /** Each wait varies by this share in both directions. */
  readonly jitter: number;
  /** From entering the queue to giving up (RFC 5321 §4.5.4.1: at least 4–5 days). */
  readonly lifetimeMs: number;
}

/** Every limit of the delivery loop. */
export interface DeliveryLimits {
  readonly session: SessionLimits;
  readonly retry: RetrySchedule;
  /** A message that waits this long is reported as delayed, once. */
  readonly delayReportMs: number;
  /** An original larger than this comes back as its header only. */
  readonly returnedOctets: number;
  readonly sessions: number;
  readonly sessionsPerDestination: number;
  /** RCPT commands in one transaction (RFC 5321 §4.5.3.1.8: every host takes 100). */
  readonly recipientsPerTransaction: number;
  /** Addresses of a next hop tried in one attempt. */
  readonly addressesPerAttempt: number;
  /** Transactions of one tenant at the same time, over all destinations. */
  readonly transactionsPerTenant: number;
  /** Content of large messages held in memory, in all and for one tenant. A single message may exceed it, alone. */
  readonly octetsInFlight: number;
  readonly octetsInFlightPerTenant: number;
  /** Messages up to this size need not wait for room in memory. */
  readonly smallOctets: number;
  /** Rows of one claim and results of one settlement. */
  readonly batch: number;
  /** Leased rows of one tenant, and among them of one destination. */
  readonly claimedPerTenant: number;
  readonly claimedPerDestination: number;
  readonly leaseMs: number;
  /** How long a result may wait for others to share its commit while more are on their way. */
  readonly settleWaitMs: number;
  /** A destination that could not be reached is left alone this long, doubling up to the second figure. */
  readonly backOffMs: number;
  readonly backOffMaxMs: number;
}

const minute = 60_000;
const hour = 60 * minute;

export const defaultSessionLimits: SessionLimits = {
  deadlines: {
    connectMs: 30_000,
    greetingMs: 5 * minute,
    ehloMs: 5 * minute,
    mailMs: 5 * minute,
    rcptMs: 5 * minute,
    dataMs: 2 * minute,
    blockMs: 3 * minute,
    endOfDataMs: 10 * minute,
    quitMs: 2_000,
  },
  blockOctets: 64 * 1024,
  octetsPerSecond: 16 * 1024,
  messagesPerSession: 1000,
  idleMs: 5_000,
};

export const defaultRetrySchedule: RetrySchedule = {
  delaysMs: [minute, 5 * minute, 15 * minute, 30 * minute, hour, 2 * hour, 4 * hour],
  jitter: 0.1,
  lifetimeMs: 5 * 24 * hour,
};

export const defaultDeliveryLimits: DeliveryLimits = {
  session: defaultSessionLimits,
  retry: defaultRetrySchedule,
  delayReportMs: 4 * hour,
  returnedOctets: 1024 * 1024,
  sessions: 200,
  sessionsPerDestination: 8,
  recipientsPerTransaction: 100,
  addressesPerAttempt: 6,
  transactionsPerTenant: 64,
  octetsInFlight: 128 * 1024 * 1024,
  octetsInFlightPerTenant: 32 * 1024 * 1024,
  smallOctets: 64 * 1024,
  batch: 50,
  claimedPerTenant: 500,
  claimedPerDestination: 250,
  leaseMs: 10 * minute,
  settleWaitMs: 10,
  backOffMs: 30_000,
  backOffMaxMs: 15 * minute,
};
