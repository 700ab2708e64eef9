import type { Clock } from '@sekisho/ports';
import { ClamdError } from '../errors.ts';
import type { ClamdAddress } from './clamd-address.ts';
import { ClamdSession } from './clamd-session.ts';
import { parseClamdReply } from './parse-clamd-reply.ts';
import type { AntivirusVerdict } from './verdict.ts';

export interface ClamdPoolLimits {
  readonly connections: number;
  readonly connectMs: number;
  /** From asking to answer, waiting for a free connection included. */
  readonly deadlineMs: number;
  /** More octets than this are not sent: they are unscannable. */
  readonly octets: number;
}

/** Kept sessions with one clamd. {@link scan} never rejects: what goes wrong is a verdict with a reason. */
export class ClamdPool {
  readonly #address: ClamdAddress;
  readonly #limits: ClamdPoolLimits;
  readonly #clock: Clock;
  readonly #sessions = new Set<ClamdSession>();
  readonly #idle: ClamdSession[] = [];
  readonly #queue: (() => void)[] = [];
  #closed = false;

  constructor(address: ClamdAddress, limits: ClamdPoolLimits, clock: Clock) {
    this.#address = address;
    this.#limits = limits;
    this.#clock = clock;
  }

  /** The verdict on some octets as one file. */
  async scan(octets: Buffer): Promise<AntivirusVerdict> {
    if (octets.length > this.#limits.octets) return { state: 'unscannable', reason: 'too-large' };
    const end = this.#clock.monotonic() + this.#limits.deadlineMs;
    try {
      return parseClamdReply(await this.#ask(octets, end));
    } catch (error) {
      if (error instanceof ClamdError) return { state: 'unscannable', reason: error.reason };
      throw error;
    }
  }

  close(): void {
    this.#closed = true;
    for (const session of this.#sessions) session.close();
    this.#sessions.clear();
    this.#idle.length = 0;
    for (const go of this.#queue.splice(0)) go();
  }

  async #ask(octets: Buffer, end: number): Promise<string> {
    for (;;) {
      const session = await this.#session(end);
      const wasKept = session.scans > 0;
      try {
        return await session.scan(octets, Math.max(1, end - this.#clock.monotonic()));
      } catch (error) {
        // clamd closes sessions that were idle for long, and all of them when it restarts: ask a fresh one.
        const isStale = wasKept && error instanceof ClamdError && error.reason === 'connection-lost';
        if (!isStale || this.#closed) throw error;
      } finally {
        this.#putBack(session);
      }
    }
  }

  async #session(end: number): Promise<ClamdSession> {
    while (!this.#closed) {
      const kept = this.#idle.pop();
      if (kept?.isOpen) return kept;
      if (kept) this.#sessions.delete(kept);
      else if (this.#sessions.size < this.#limits.connections) {
        const session = new ClamdSession(this.#address, this.#limits.connectMs);
        this.#sessions.add(session);
        return session;
      } else await this.#turn(end);
    }
    throw new ClamdError('closed', 'Cannot scan with clamd: the pool is closed');
  }

  #turn(end: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = () => {
        clearTimeout(timer);
        resolve();
      };
      const giveUp = () => {
        this.#queue.splice(this.#queue.indexOf(go), 1);
        reject(new ClamdError('deadline', `Cannot scan with clamd: no free connection in time`));
      };
      const timer = setTimeout(giveUp, Math.max(1, end - this.#clock.monotonic()));
      this.#queue.push(go);
    });
  }

  #putBack(session: ClamdSession): void {
    if (session.isOpen && !this.#closed) this.#idle.push(session);
    else this.#sessions.delete(session);
    this.#queue.shift()?.();
  }
}
