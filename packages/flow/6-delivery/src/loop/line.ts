import { GuardedAddressError, SessionFailedError } from '../errors.ts';
import { closeSession, isUsable, openSession, type SmtpSession } from '../client/session.ts';
import { findNextHop } from '../next-hop/find-next-hop.ts';
import { type Route, routeKey, type Target, type TlsMode } from '../next-hop/route.ts';
import type { World } from './world.ts';

/** Why there is no session. */
export interface NoSession {
  readonly kind: 'no-session';
  readonly permanent: boolean;
  readonly status: string;
  readonly text: string;
  /** The host that was tried last. */
  readonly host: string | null;
}

/** One worker's line to a next hop: a session that is kept while it works and opened anew when it does not. */
export class Line {
  readonly #route: Route;
  readonly #world: World;
  #session: SmtpSession | null = null;

  constructor(route: Route, world: World) {
    this.#route = route;
    this.#world = world;
  }

  get session(): SmtpSession | null {
    return this.#session;
  }

  /** A session that is ready for MAIL: the kept one, or a new one. */
  async ready(): Promise<SmtpSession | NoSession> {
    if (this.#session && isUsable(this.#session)) return this.#session;
    await this.close();
    await this.#world.takeSession();
    let opened: SmtpSession | NoSession;
    try {
      opened = await this.#open();
    } catch (error) {
      this.#world.sessions.give(1);
      throw error;
    }
    if ('kind' in opened) this.#world.sessions.give(1);
    else this.#session = opened;
    return opened;
  }

  async close(): Promise<void> {
    if (!this.#session) return;
    const session = this.#session;
    this.#session = null;
    await closeSession(session);
    this.#world.sessions.give(1);
  }

  /** Ends the session on the spot. */
  cut(): void {
    this.#session?.channel.fail(new SessionFailedError('idle', 'The session was cut: delivery has stopped'));
  }

  async #open(): Promise<SmtpSession | NoSession> {
    const { resolver, random, ownNames, hostname, limits } = this.#world.options;
    const view = { resolver, random, ownNames: [hostname, ...ownNames], addresses: limits.addressesPerAttempt };
    const hop = await findNextHop(this.#route, view);
    if (hop.kind === 'none')
      return { kind: 'no-session', permanent: hop.permanent, status: hop.status, text: hop.text, host: null };
    let last: NoSession | null = null;
    for (const target of hop.targets) {
      const opened = await this.#openAt(target, this.#route.tls);
      if (!('kind' in opened)) return opened;
      last = opened;
    }
    return last!;
  }

  /** One address. Opportunistic TLS that fails gives way to clear text, once and on a connection of its own. */
  async #openAt(target: Target, tls: TlsMode): Promise<SmtpSession | NoSession> {
    const { events, options } = this.#world;
    const { hostname: helloName, guard, trust, limits, clock } = options;
    const started = clock.monotonic();
    try {
      const session = await openSession({ target, tls, trust, helloName, guard, limits: limits.session });
      events.sessionOpened(routeKey(this.#route), target.host, session.tls, (clock.monotonic() - started) / 1000);
      return session;
    } catch (error) {
      if (!(error instanceof SessionFailedError || error instanceof GuardedAddressError)) throw error;
      const stage = error instanceof SessionFailedError ? error.stage : 'connect';
      events.sessionFailed(routeKey(this.#route), stage, error.message);
      if (stage === 'starttls' && tls === 'opportunistic') return this.#openAt(target, 'none');
      const status = stage === 'starttls' ? '4.7.5' : stage === 'connect' ? '4.4.1' : '4.4.2';
      return { kind: 'no-session', permanent: false, status, text: error.message, host: target.host };
    }
  }
}
