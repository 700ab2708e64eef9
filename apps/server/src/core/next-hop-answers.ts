import type { Settings } from '@sekisho/config';
import type { Clock } from '@sekisho/ports';
import { addressKey, type Address, type TenantId } from '@sekisho/terms';
import type { NextHopAnswer } from '../links/messages.ts';

export interface NextHopAnswersLimits {
  readonly knownMs: number;
  readonly unknownMs: number;
  /** Questions to the next hops of one tenant in a minute. */
  readonly questionsPerMinute: number;
  /** Answers that are remembered, of all tenants. */
  readonly entries: number;
}

interface Kept {
  readonly answer: 'known' | 'unknown';
  readonly until: number;
}

/** The limits that settings name, as the installation has them. */
export function nextHopLimitsOf(settings: Settings): Omit<NextHopAnswersLimits, 'entries'> {
  return {
    knownMs: settings['smtp.recipient-known-seconds'] * 1000,
    unknownMs: settings['smtp.recipient-unknown-seconds'] * 1000,
    questionsPerMinute: settings['smtp.recipient-questions-per-minute'],
  };
}

/**
 * What next hops said about recipients. A fresh answer is used as it is; while the next hop is out of reach or asked too
 * often, the last answer counts however old it is; without one nobody can say.
 */
export class NextHopAnswers {
  readonly #clock: Clock;
  #limits: NextHopAnswersLimits;
  readonly #ask: (tenant: TenantId, address: Address) => Promise<NextHopAnswer>;
  readonly #kept = new Map<string, Kept>();
  readonly #asking = new Map<string, Promise<NextHopAnswer>>();
  readonly #asked = new Map<TenantId, { minute: number; count: number }>();

  constructor(
    clock: Clock,
    limits: NextHopAnswersLimits,
    ask: (tenant: TenantId, address: Address) => Promise<NextHopAnswer>,
  ) {
    this.#clock = clock;
    this.#limits = limits;
    this.#ask = ask;
  }

  /** Replaces some limits; answers that are kept stay as long as was said when they came. */
  setLimits(given: Partial<NextHopAnswersLimits>): void {
    this.#limits = { ...this.#limits, ...given };
  }

  async answer(tenant: TenantId, address: Address): Promise<NextHopAnswer> {
    const key = `${tenant} ${addressKey(address)}`;
    const kept = this.#kept.get(key);
    if (kept && kept.until > this.#clock.monotonic()) return kept.answer;
    const last = kept?.answer ?? 'unavailable';
    const asking = this.#asking.get(key);
    if (asking) return asking;
    if (!this.#mayAsk(tenant)) return last;
    const question = this.#ask(tenant, address)
      .then((answer) => {
        if (answer === 'unavailable') return last;
        this.#keep(key, answer);
        return answer;
      })
      .finally(() => this.#asking.delete(key));
    this.#asking.set(key, question);
    return question;
  }

  #keep(key: string, answer: 'known' | 'unknown'): void {
    const { knownMs, unknownMs, entries } = this.#limits;
    this.#kept.delete(key);
    this.#kept.set(key, { answer, until: this.#clock.monotonic() + (answer === 'known' ? knownMs : unknownMs) });
    if (this.#kept.size > entries) this.#kept.delete(this.#kept.keys().next().value!);
  }

  #mayAsk(tenant: TenantId): boolean {
    const minute = Math.floor(this.#clock.monotonic() / 60_000);
    const asked = this.#asked.get(tenant);
    if (asked?.minute !== minute) {
      this.#asked.set(tenant, { minute, count: 1 });
      return true;
    }
    asked.count += 1;
    return asked.count <= this.#limits.questionsPerMinute;
  }
}
