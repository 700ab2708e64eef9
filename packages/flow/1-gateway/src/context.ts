import type { BlockList } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { Clock } from '@sekisho/ports';
import type { Address } from '@sekisho/terms';
import type { Admission } from './admission.ts';
import type { CollectedOctets } from './body-receiver.ts';
import type { GatewayEvents } from './events.ts';
import type { Greetings } from './greetings.ts';
import type { GatewayLimits } from './limits.ts';
import type { AcceptPort, Directory } from './ports.ts';

/** Certificate and key in use; replaced as a whole, so that sessions under way keep theirs. */
export interface TlsInUse {
  context: SecureContext | null;
  /** Clients are asked for a certificate, and its name is taken when a known authority signed it. */
  readonly askClients: boolean;
}

/** What the sessions of one gateway share. Limits, and what says them, are those of the time a session began. */
export interface GatewayContext {
  readonly directory: Directory;
  readonly accept: AcceptPort;
  readonly limits: GatewayLimits;
  readonly clock: Clock;
  readonly events: GatewayEvents;
  readonly greetings: Greetings;
  readonly tls: TlsInUse;
  readonly admission: Admission;
  readonly collected: CollectedOctets;
  /** Proxies that open each connection with a PROXY v2 header. */
  readonly proxies: BlockList;
  /** Hosts that may say XCLIENT. */
  readonly hops: BlockList;
  /** Where mail to `<Postmaster>` goes. */
  readonly postmaster: Address | null;
  /** Sessions end with 421 as soon as they are idle. */
  readonly drain: { isOn: boolean };
}
