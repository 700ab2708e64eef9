import type { DeliveredSource } from '@sekisho/archive';
import type { Settings } from '@sekisho/config';
import {
  anyAddress,
  askRecipient,
  type DeliveryLimits,
  type DeliveryOptions,
  defaultDeliveryLimits,
  onlyLoopback,
  openDelivery,
  type Route,
} from '@sekisho/delivery';
import type { Clock, Log, Meter, Random, Resolver } from '@sekisho/ports';
import type { SpoolReference, SpoolWriter } from '@sekisho/spool';
import type { Dispatch, FrontSnapshot, Installation } from '@sekisho/tenants';
import type { Actor, Address, Direction, SpoolId, TenantId } from '@sekisho/terms';
import type { NextHopAnswer } from '../links/messages.ts';
import type { TenantRooms } from '../rooms.ts';
import type { Bodies } from './bodies.ts';
import { Signer } from './signer.ts';

const SYSTEM: Actor = { kind: 'system', name: 'delivery' };

export interface OutboundPorts {
  readonly hostName: string;
  /** Our own port for receptions: mail for another tenant of the house enters there anew. */
  readonly ownSmtp: { readonly host: string; readonly port: number };
  readonly onlyLoopback: boolean;
  readonly dispatch: Dispatch<TenantRooms>;
  readonly installation: Installation;
  /** The directory as the fronts have it now. */
  directory(): FrontSnapshot;
  readonly bodies: Bodies;
  readonly resolver: Resolver;
  /** Reports go through the house like any mail. */
  readonly spool: Pick<SpoolWriter, 'append'>;
  readonly reported: (reference: SpoolReference) => void;
  readonly askDurable: (tenant: TenantId) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly meter: Meter;
}

/** Delivery, joined with what it needs of the house. */
export function openOutbound(ports: OutboundPorts) {
  const { directory, dispatch, bodies } = ports;
  const sources = new Map<string, DeliveredSource>();
  const signer = new Signer(ports.installation, ports.clock, () => directory().revision);
  const options: DeliveryOptions = {
    tenants: () => Object.keys(directory().tenants) as TenantId[],
    queue: queueOf(dispatch, sources),
    async source(tenant, message) {
      const known = sources.get(message);
      sources.delete(message);
      const source = known ?? (await dispatch(tenant, 'archive', 'source', { spoolId: message as SpoolId }, SYSTEM));
      return source && bodies.delivered(tenant, source);
    },
    route: (tenant, destination, direction) => routeOf(ports, tenant, destination, direction),
    permission(tenant) {
      const known = directory().tenants[tenant];
      if (!known) return { kind: 'no', why: 'the tenant is gone' };
      if (known.suspended) return { kind: 'wait', until: ports.clock.now() + 300_000, why: 'the tenant is suspended' };
      return { kind: 'yes' };
    },
    sign: (tenant, domain, parts) => signer.sign(tenant, domain, parts),
    async submitReport({ tenant, to, raw, body, smtpUtf8 }) {
      const reference = await ports.spool.append(
        {
          tenant,
          direction: 'submission',
          reversePath: null,
          forwardPaths: [{ address: to, notify: ['never'] }],
          smtpUtf8,
          body,
          dsn: {},
          client: { ip: '127.0.0.1', port: 0, ehlo: ports.hostName, protocol: 'ESMTP', listener: 'submission' },
          receivedAt: ports.clock.now(),
        },
        [raw],
      );
      ports.reported(reference);
    },
    askDurable: ports.askDurable,
    resolver: ports.resolver,
    guard: ports.onlyLoopback ? onlyLoopback : anyAddress,
    trust: {},
    hostname: ports.hostName,
    ownNames: [ports.hostName],
    limits: limitsOf(directory().settings),
    clock: ports.clock,
    random: ports.random,
    log: ports.log,
    meter: ports.meter,
  };
  return openDelivery(options);
}

/** Asks the next hop of one of the tenant's domains whether it knows a recipient. */
export async function askNextHop(ports: OutboundPorts, tenant: TenantId, address: Address): Promise<NextHopAnswer> {
  const route = await routeOf(ports, tenant, address.domain, 'reception');
  if (!route) return 'unavailable';
  return askRecipient(route, address, {
    resolver: ports.resolver,
    random: ports.random,
    ownNames: [ports.hostName],
    addresses: 3,
    trust: {},
    helloName: ports.hostName,
    guard: ports.onlyLoopback ? onlyLoopback : anyAddress,
    limits: limitsOf(ports.directory().settings).session,
  });
}

/** The queue's commands; a claim brings along where the contents lie, which are forgotten when they are settled. */
function queueOf(dispatch: OutboundPorts['dispatch'], sources: Map<string, DeliveredSource>): DeliveryOptions['queue'] {
  const queue = async (tenant: TenantId, command: 'claim' | 'settle', question: never) => {
    if (command === 'settle') {
      for (const { message } of (question as { results: { message: string }[] }).results) sources.delete(message);
    }
    if (command !== 'claim') return dispatch(tenant, 'delivery', command, question, SYSTEM);
    const { claimed, sources: found } = await dispatch(tenant, 'path', 'claim', question, SYSTEM);
    for (const source of found) sources.set(source.spoolId, source);
    return claimed;
  };
  return queue as DeliveryOptions['queue'];
}

const EVERY_ADDRESS = ['::', '0.0.0.0'];

/** Where the house itself reaches the listener for mail from other hosts. */
export function ownDoor({ host, port }: { readonly host: string; readonly port: number }): OutboundPorts['ownSmtp'] {
  return { host: EVERY_ADDRESS.includes(host) ? '127.0.0.1' : host, port };
}

/** A tenant's own domain goes by its route, another tenant's through the front door, everything else by MX. */
export function routeOf(
  ports: Pick<OutboundPorts, 'directory' | 'installation' | 'ownSmtp'>,
  tenant: TenantId,
  domain: string,
  direction: Direction,
): Route | null | Promise<Route | null> {
  const { domains } = ports.directory();
  const known = Object.hasOwn(domains, domain) ? domains[domain] : undefined;
  if (known && known.tenant !== tenant) return { kind: 'hosts', hosts: [ports.ownSmtp], tls: 'none' };
  if (known) {
    if (known.nextHop === null) return null;
    if (known.nextHop !== 'mx') return { kind: 'hosts', hosts: known.nextHop, tls: known.tls };
    return { kind: 'mx', domain, tls: known.tls };
  }
  return direction === 'submission' ? elsewhere(ports, tenant, domain) : null;
}

/** The tenant's route for everywhere else (a smart host), or the domain's MX. */
async function elsewhere(
  { installation }: Pick<OutboundPorts, 'installation'>,
  tenant: TenantId,
  domain: string,
): Promise<Route> {
  const route = (await installation.routes(tenant)).find((one) => one.domain === '*')?.route;
  if (!route || route.nextHop === 'mx') return { kind: 'mx', domain, tls: route?.tls ?? 'opportunistic' };
  return { kind: 'hosts', hosts: route.nextHop, tls: route.tls };
}

/** The limits of delivery as the installation's settings say them. */
export function limitsOf(settings: Settings): DeliveryLimits {
  const { session, retry } = defaultDeliveryLimits;
  const replyMs = settings['queue.reply-seconds'] * 1000;
  return {
    ...defaultDeliveryLimits,
    session: {
      ...session,
      messagesPerSession: settings['queue.connection-messages'],
      deadlines: {
        ...session.deadlines,
        connectMs: settings['queue.connect-seconds'] * 1000,
        greetingMs: replyMs,
        ehloMs: replyMs,
        mailMs: replyMs,
        rcptMs: replyMs,
      },
    },
    retry: {
      ...retry,
      delaysMs: settings['queue.retry-minutes'].map((minutes) => minutes * 60_000),
      lifetimeMs: settings['queue.lifetime-hours'] * 3_600_000,
    },
    delayReportMs: settings['queue.delay-notice-hours'] * 3_600_000,
    sessionsPerDestination: settings['queue.destination-connections'],
    leaseMs: settings['queue.lease-seconds'] * 1000,
  };
}
