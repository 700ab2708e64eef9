import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { Clock, Log, Meter } from '@sekisho/ports';
import type { Address } from '@sekisho/terms';
import { Admission, connectionsThatFit } from './admission.ts';
import type { GatewayContext } from './context.ts';
import { Conversation } from './conversation.ts';
import { within } from './deadline.ts';
import { CertificateMissingError } from './errors.ts';
import { gatewayEvents } from './events.ts';
import { formGreetings } from './greetings.ts';
import { type GatewayLimits, gatewayLimits } from './limits.ts';
import { Listener, type ListenerOptions } from './listener.ts';
import { isInNetworks, parseNetworks, plainAddress } from './networks.ts';
import type { AcceptPort, Directory } from './ports.ts';
import { readProxied } from './proxied.ts';
import { refusalText } from './refusals.ts';
import { Session } from './session.ts';

/** What a gateway needs. */
export interface GatewayOptions {
  /** Our name in greetings. */
  readonly hostname: string;
  /** Listeners named `submissions` speak TLS from the first octet (RFC 8314 §3.3). */
  readonly listeners: readonly ListenerOptions[];
  readonly directory: Directory;
  readonly accept: AcceptPort;
  readonly limits?: Partial<GatewayLimits>;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  /** Certificate and key; without them TLS is not offered. */
  readonly tls?: SecureContext | null;
  /** Clients are asked for a certificate; those of the authorities in `tls` count as its name. */
  readonly askClientCertificates?: boolean;
  /** Networks of proxies that open every connection with a PROXY v2 header. */
  readonly proxies?: readonly string[];
  /** Networks of hosts that may say XCLIENT. */
  readonly xclientHops?: readonly string[];
  /** Where mail to `<Postmaster>` goes (RFC 5321 §4.5.1). */
  readonly postmaster?: Address | null;
}

const NOTHING = Buffer.alloc(0);
/** How often deadlines are looked at. */
const SWEEP_MS = 250;

/** The SMTP server: takes connections, and messages as far as the 250. */
export class Gateway {
  readonly #hostname: string;
  #context: GatewayContext;
  readonly #listeners: readonly Listener[];
  readonly #conversations = new Set<Conversation>();
  readonly #pending = new Set<Socket>();
  readonly #sweep: NodeJS.Timeout;
  #emptied: (() => void) | null = null;

  constructor(options: GatewayOptions) {
    const limits = gatewayLimits(options.limits);
    this.#hostname = options.hostname;
    this.#context = {
      directory: options.directory,
      accept: options.accept,
      limits,
      clock: options.clock,
      events: gatewayEvents(options.log, options.meter),
      greetings: formGreetings(options.hostname, limits.messageOctets),
      tls: { context: options.tls ?? null, askClients: options.askClientCertificates ?? false },
      admission: new Admission(connectionsThatFit(limits.connections)),
      collected: { total: 0 },
      proxies: parseNetworks(options.proxies ?? []),
      hops: parseNetworks(options.xclientHops ?? []),
      postmaster: options.postmaster ?? null,
      drain: { isOn: false },
    };
    for (const { name } of options.listeners)
      if (name === 'submissions' && this.#context.tls.context === null) throw new CertificateMissingError(name);
    this.#listeners = options.listeners.map(
      (each) =>
        new Listener(each, (socket) => this.#connected(each, socket), this.#context.events, limits.descriptorBackOffMs),
    );
    this.#sweep = setInterval(() => this.#checkDeadlines(), SWEEP_MS);
  }

  /** Listeners in the order of the options, with the ports in use. */
  get listeners(): readonly ListenerOptions[] {
    return this.#listeners.map(({ options, port }) => ({ ...options, port }));
  }

  /** Sessions that are open. */
  get sessions(): number {
    return this.#conversations.size;
  }

  async open(): Promise<void> {
    try {
      for (const listener of this.#listeners) await listener.open();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Replaces certificate and key; sessions under way keep theirs. */
  setTls(context: SecureContext): void {
    this.#context.tls.context = context;
  }

  /** Replaces limits; sessions under way keep theirs. Throws at values that nobody can keep, and then keeps the old ones. */
  setLimits(given: Partial<GatewayLimits>): void {
    const limits = gatewayLimits(given);
    this.#context.admission.most = connectionsThatFit(limits.connections);
    const greetings = formGreetings(this.#hostname, limits.messageOctets);
    this.#context = { ...this.#context, limits, greetings };
  }

  /** Takes no more connections, ends idle sessions with 421 and lets messages under way finish, until the deadline. */
  async drain(deadlineMs: number): Promise<void> {
    this.#context.drain.isOn = true;
    for (const listener of this.#listeners) listener.close();
    for (const socket of this.#pending) socket.destroy();
    for (const conversation of this.#conversations) conversation.drain();
    if (this.#conversations.size > 0) {
      await within(new Promise<void>((resolve) => (this.#emptied = resolve)), deadlineMs);
    }
    await this.close();
  }

  /** Drops every connection. */
  async close(): Promise<void> {
    clearInterval(this.#sweep);
    for (const listener of this.#listeners) listener.close();
    for (const socket of this.#pending) socket.destroy();
    for (const conversation of this.#conversations) conversation.destroy();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #checkDeadlines(): void {
    const now = this.#context.clock.monotonic();
    for (const conversation of this.#conversations) conversation.checkDeadline(now);
  }

  #connected(listener: ListenerOptions, socket: Socket): void {
    const { admission, events, limits, proxies } = this.#context;
    socket.on('error', () => socket.destroy());
    const peerIp = plainAddress(socket.remoteAddress ?? '');
    if (peerIp === '') {
      socket.destroy();
      return;
    }
    if (!admission.enter()) {
      this.#turnAway(listener, socket, peerIp, 'too-many-connections');
      return;
    }
    this.#pending.add(socket);
    socket.once('close', () => {
      this.#pending.delete(socket);
      admission.leave();
    });
    const peer = { ip: peerIp, port: socket.remotePort ?? 0, peerIp };
    if (!isInNetworks(proxies, peerIp)) {
      this.#begin(listener, socket, peer, NOTHING);
      return;
    }
    readProxied(
      socket,
      limits.proxyHeaderMs,
      ({ source, early }) => this.#begin(listener, socket, { ...peer, ...source }, early),
      (error) => events.failed('proxy-header', peerIp, error),
    );
  }

  #begin(
    listener: ListenerOptions,
    socket: Socket,
    client: { readonly ip: string; readonly port: number; readonly peerIp: string },
    early: Buffer,
  ): void {
    const { admission, clock, events, hops } = this.#context;
    this.#pending.delete(socket);
    if (!isInNetworks(hops, client.peerIp)) {
      if (!admission.enterAddress(client.ip, this.#connectionsOf(client.ip))) {
        this.#turnAway(listener, socket, client.ip, 'too-many-connections-of-address');
        return;
      }
      socket.once('close', () => admission.leaveAddress(client.ip));
    }
    const openedAt = clock.monotonic();
    const conversation = new Conversation(new Session(this.#context, listener.name, client), socket);
    this.#conversations.add(conversation);
    socket.once('close', () => {
      this.#conversations.delete(conversation);
      if (this.#conversations.size === 0) this.#emptied?.();
      events.sessionClosed(listener.name, this.#conversations.size, clock.monotonic() - openedAt);
    });
    events.sessionOpened(listener.name, this.#conversations.size);
    conversation.start(listener.name === 'submissions', early);
  }

  /** Most connections of an address. Trust that nobody can look up now is not given. */
  #connectionsOf(ip: string): number {
    const { directory, events, limits } = this.#context;
    try {
      if (directory.trusted(ip).length > 0) return limits.connectionsPerTrustedAddress;
    } catch (error) {
      events.failed('lookup', ip, error);
    }
    return limits.connectionsPerAddress;
  }

  #turnAway(
    listener: ListenerOptions,
    socket: Socket,
    ip: string,
    reason: 'too-many-connections' | 'too-many-connections-of-address',
  ): void {
    this.#context.events.connectionRefused(reason, ip);
    if (listener.name === 'submissions') {
      socket.destroy();
      return;
    }
    socket.end(refusalText(reason), 'latin1');
    socket.resume();
    socket.once('end', () => socket.destroy());
    setTimeout(() => socket.destroy(), 1000).unref();
  }
}

/** Opens a gateway on all its listeners. */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const gateway = new Gateway(options);
  await gateway.open();
  return gateway;
}
