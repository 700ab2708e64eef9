import type { ForwardPath } from '@sekisho/terms';
import type { SmtpSession } from '../client/session.ts';
import type { TransactionAnswer } from '../client/transaction.ts';
import type { Lease } from '../queue/recipient.ts';
import { type Judgement, judge, postpone, tryLater } from './judge.ts';
import type { AttemptFacts, Held, TenantWork } from './tenant-work.ts';
import type { World } from './world.ts';

/** Recipients of one message that one transaction can carry. */
export class Job {
  readonly work: TenantWork;
  readonly #world: World;
  #held: readonly Held[];
  #startedAt: number;

  constructor(work: TenantWork, held: readonly Held[], world: World) {
    this.work = work;
    this.#held = held;
    this.#world = world;
    this.#startedAt = world.now;
  }

  /** What all of its recipients share. */
  get lease(): Lease {
    return this.#held[0]!.lease;
  }

  get forwardPaths(): readonly ForwardPath[] {
    return this.#held.map(({ lease }) => lease.forwardPath);
  }

  /** Begins an attempt with the recipients that are still ours; false when none is. */
  begin(): boolean {
    this.#startedAt = this.#world.now;
    const gone = this.#held.filter((held) => !this.work.isOurs(held));
    for (const held of gone) this.work.drop(held);
    if (gone.length > 0) this.#held = this.#held.filter((held) => !gone.includes(held));
    return this.#held.length > 0;
  }

  isStillOurs(): boolean {
    return this.#held.every((held) => this.work.isOurs(held));
  }

  /** Settles each recipient as the transaction went for it. */
  answered({ answers }: TransactionAnswer, session: SmtpSession): void {
    const facts = this.#facts(session);
    const isAccepted = answers.map((answer) => answer.kind === 'reply' && answer.stage !== 'rcpt');
    this.#held.forEach((held, at) => {
      const othersAccepted = isAccepted.some((accepted, other) => accepted && other !== at);
      const about = { dsnAware: session.offered.dsn, othersAccepted };
      const judgement = judge(held.lease, answers[at]!, about, this.#world.judgeView());
      if (judgement === null) this.work.drop(held);
      else this.work.settle(held, judgement, facts);
    });
  }

  /** Nobody could be asked, and somebody was tried. */
  deferred(status: string, text: string, host: string | null): void {
    this.#all((lease) => tryLater(lease, status, text, this.#world.judgeView()), host);
  }

  /** Nobody was tried: back until `dueAt`. */
  postponed(dueAt: number, text: string): void {
    this.#all((lease) => postpone(lease, dueAt, text, this.#world.judgeView()), null);
  }

  failed(cause: 'remote' | 'local' | 'policy', status: string, reply: string): void {
    this.#all(() => ({ outcome: { kind: 'failed', cause }, status, reply }), null);
  }

  #all(judgement: (lease: Lease) => Judgement, host: string | null): void {
    const facts = { ...this.#facts(null), host };
    for (const held of this.#held) this.work.settle(held, judgement(held.lease), facts);
  }

  #facts(session: SmtpSession | null): AttemptFacts {
    return {
      startedAt: this.#startedAt,
      host: session?.target.host ?? null,
      ip: session?.target.address ?? null,
      tls: session?.tls ?? null,
    };
  }
}
