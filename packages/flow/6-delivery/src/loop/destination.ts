import type { TenantId } from '@sekisho/terms';
import { sendMessage } from '../client/send.ts';
import type { SmtpSession } from '../client/session.ts';
import type { TransactionAnswer } from '../client/transaction.ts';
import { type Route, routeKey } from '../next-hop/route.ts';
import { jittered } from '../retry/next-attempt.ts';
import { FairQueue } from './fair-queue.ts';
import type { Job } from './job.ts';
import { Line } from './line.ts';
import { sentForm } from './sent-form.ts';
import type { World } from './world.ts';

/** How a next hop is doing, for people. */
export interface DestinationState {
  readonly route: string;
  readonly workers: number;
  readonly waiting: number;
  /** Failures in a row. */
  readonly failures: number;
  readonly backOffUntil: number | null;
  readonly lastFailure: string | null;
}

/**
 * One next hop: its jobs, tenants in turn, and the few workers that carry them over kept sessions. A next hop that
 * cannot be reached is left alone for a while; then one worker tries it before the others come back.
 */
export class Destination {
  readonly #route: Route;
  readonly #world: World;
  readonly #jobs = new FairQueue<TenantId, Job>();
  readonly #idle: ((hasWork: boolean) => void)[] = [];
  readonly #workers = new Set<Promise<void>>();
  readonly #lines = new Set<Line>();
  #failures = 0;
  #backOffUntil = 0;
  #lastFailure: string | null = null;

  constructor(route: Route, world: World) {
    this.#route = route;
    this.#world = world;
  }

  add(job: Job): void {
    if (this.#world.isDraining) return job.postponed(this.#world.now, 'Delivery is stopping');
    if (this.#world.now < this.#backOffUntil) return job.postponed(this.#backOffUntil, this.#lastFailure ?? '');
    this.#jobs.push(job.work.tenant, job);
    this.#resume();
  }

  get state(): DestinationState {
    return {
      route: routeKey(this.#route),
      workers: this.#workers.size,
      waiting: this.#jobs.size,
      failures: this.#failures,
      backOffUntil: this.#backOffUntil > this.#world.now ? this.#backOffUntil : null,
      lastFailure: this.#lastFailure,
    };
  }

  /** True when nothing would be lost by forgetting it. */
  isForgettable(): boolean {
    const isOver =
      this.#failures === 0 || this.#world.now > this.#backOffUntil + this.#world.options.limits.backOffMaxMs;
    return isOver && this.#workers.size === 0 && this.#jobs.size === 0;
  }

  forgetBackOff(): void {
    this.#backOffUntil = 0;
  }

  /** Gives waiting jobs back and lets running ones end; resolves when no worker is left. */
  async drain(): Promise<void> {
    for (const job of this.#jobs.takeAll()) job.postponed(this.#world.now, 'Delivery is stopping');
    for (const wake of this.#idle.splice(0)) wake(false);
    await Promise.all(this.#workers);
  }

  /** Cuts the sessions that are still open. */
  cut(): void {
    for (const line of this.#lines) line.cut();
  }

  /** Gets a worker for jobs that may run; those of a tenant that has its share under way wait for its turn. */
  readonly #resume = (): void => {
    if (this.#jobs.size === 0) return;
    if (!this.#jobs.hasFor(this.#world.mayRun)) return this.#world.whenRoom(this.#resume);
    const wake = this.#idle.pop();
    if (wake) wake(true);
    else this.#staff();
  };

  #staff(): void {
    const { sessionsPerDestination } = this.#world.options.limits;
    const most = this.#failures > 0 ? 1 : sessionsPerDestination;
    while (this.#workers.size < most && this.#jobs.hasFor(this.#world.mayRun)) {
      const worker = this.#work();
      this.#workers.add(worker);
      void worker.finally(() => {
        this.#workers.delete(worker);
        this.#resume();
      });
    }
  }

  async #work(): Promise<void> {
    const line = new Line(this.#route, this.#world);
    this.#lines.add(line);
    for (;;) {
      const job = this.#jobs.shift(this.#world.mayRun);
      if (job) await this.#world.running(job.work.tenant, () => this.#carry(job, line));
      else {
        if (this.#jobs.size > 0) this.#world.whenRoom(this.#resume);
        if (line.session === null || !(await this.#idleWith(line.session))) break;
      }
    }
    await line.close();
    this.#lines.delete(line);
  }

  /** Waits with an open session; false when it is time to close it. */
  #idleWith(session: SmtpSession): Promise<boolean> {
    if (this.#world.isDraining || session.channel.failure) return Promise.resolve(false);
    return new Promise((resolve) => {
      const end = (hasWork: boolean) => {
        clearTimeout(timer);
        this.#world.idle.delete(leave);
        session.channel.onFailure = null;
        const at = this.#idle.indexOf(end);
        if (at >= 0) this.#idle.splice(at, 1);
        resolve(hasWork);
      };
      const leave = () => end(false);
      const timer = setTimeout(leave, session.limits.idleMs);
      session.channel.onFailure = leave;
      this.#idle.push(end);
      this.#world.idle.add(leave);
      if (this.#world.sessions.isWaitedFor) leave();
    });
  }

  async #carry(job: Job, line: Line): Promise<void> {
    if (!job.begin()) return;
    try {
      if (await this.#isPermitted(job)) await this.#attempt(job, line);
    } catch (error) {
      this.#world.events.stumbled('attempt', job.work.tenant, error);
      line.cut();
      job.deferred('4.3.0', 'An error on our side kept the message from being sent', null);
    }
  }

  async #isPermitted(job: Job): Promise<boolean> {
    const { message, envelope } = job.lease;
    const { direction, reversePath } = envelope;
    const permission = await this.#world.options.permission(job.work.tenant, { message, direction, reversePath });
    if (permission.kind === 'wait') job.postponed(permission.until, permission.why);
    if (permission.kind === 'no') job.failed('policy', '5.7.1', permission.why);
    return permission.kind === 'yes';
  }

  async #attempt(job: Job, line: Line): Promise<void> {
    const kept = line.session;
    const session = await line.ready();
    if ('kind' in session) {
      if (session.permanent) return job.failed('remote', session.status, session.text);
      job.deferred(session.status, session.text, session.host);
      return this.#failed(session.text);
    }
    const { tenant } = job.work;
    await this.#world.holding(tenant, job.lease.envelope.sizeOctets, async () => {
      const content = await sentForm(this.#world.options, tenant, job.lease);
      if (content === null) return job.failed('local', '5.3.0', 'The message is no longer there');
      await this.#send(job, line, session, content, session === kept);
    });
  }

  /** Sends; over a kept session that turns out to be dead, once more over a new one. */
  async #send(job: Job, line: Line, session: SmtpSession, content: readonly Buffer[], wasKept: boolean): Promise<void> {
    const transaction = {
      envelope: job.lease.envelope,
      recipients: job.forwardPaths,
      content,
      isStillOurs: () => job.isStillOurs(),
    };
    const answer = await sendMessage(session, transaction);
    if (answer.isUntouched && wasKept) {
      const renewed = await line.ready();
      if (!('kind' in renewed)) return this.#answered(job, await sendMessage(renewed, transaction), renewed);
      job.deferred(renewed.status, renewed.text, renewed.host);
      return this.#failed(renewed.text);
    }
    this.#answered(job, answer, session);
  }

  #answered(job: Job, answer: TransactionAnswer, session: SmtpSession): void {
    const wordOfFailure = failureOf(answer);
    job.answered(answer, session);
    if (wordOfFailure !== null) return this.#failed(wordOfFailure);
    this.#failures = 0;
    this.#lastFailure = null;
    if (this.#jobs.size > 0) this.#staff();
  }

  /** Nobody comes near it until the back-off is over, which doubles with each failure in a row. */
  #failed(words: string): void {
    const { limits, random } = this.#world.options;
    const wait = Math.min(limits.backOffMs * 2 ** Math.min(this.#failures, 30), limits.backOffMaxMs);
    this.#failures++;
    this.#lastFailure = words;
    this.#backOffUntil = this.#world.now + jittered(wait, limits.retry.jitter, random);
    this.#world.events.backedOff(routeKey(this.#route), this.#backOffUntil);
    for (const job of this.#jobs.takeAll()) job.postponed(this.#backOffUntil, words);
  }
}

/** The words of a transaction that says something about the host, not about the message; else `null`. */
function failureOf({ answers }: TransactionAnswer): string | null {
  let words: string | null = null;
  for (const answer of answers) {
    if (answer.kind === 'lost') words = answer.text;
    else if (answer.kind === 'reply' && answer.reply.code === 421) words = `421 ${answer.reply.text.join(' ')}`;
    else return null;
  }
  return words;
}
