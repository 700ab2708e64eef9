import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@sekisho/ports';
import type { Dispatch } from '@sekisho/tenants';
import type { TenantId } from '@sekisho/terms';
import type { TenantRooms } from '../rooms.ts';

const SYSTEM = { kind: 'system', name: 'schedules' } as const;
const EXPIRE_PAGE = 100;

/** When what is done by the calendar is done, in milliseconds. */
export const SCHEDULE_TIMES = { firstRound: 60_000, roundEvery: 600_000, betweenPages: 20, lookForIdleEvery: 250 };

export interface SchedulesPorts {
  readonly log: Log;
  tenants(): readonly TenantId[];
  readonly dispatch: Dispatch<TenantRooms>;
  /** True while messages wait for a writer: what can wait, waits. */
  isBusy(): boolean;
  /** Upkeep was committed: a checkpoint follows. */
  kept(): void;
}

/**
 * What is due by the calendar (held mail whose deadline has passed), tenant after tenant; and in idle time the upkeep of
 * archives that took mail, in steps of a few milliseconds.
 */
export class Schedules {
  readonly #ports: SchedulesPorts;
  readonly #times: typeof SCHEDULE_TIMES;
  readonly #touched = new Set<TenantId>();
  readonly #idle: NodeJS.Timeout;
  #round: NodeJS.Timeout;
  #isStopped = false;
  #isKeeping = false;

  constructor(ports: SchedulesPorts, times = SCHEDULE_TIMES) {
    this.#ports = ports;
    this.#times = times;
    this.#round = setTimeout(() => void this.#visitAll(), times.firstRound);
    this.#idle = setInterval(() => void this.#keepUp(), times.lookForIdleEvery);
  }

  /** The tenant's archive took mail: it has upkeep to do when there is time. */
  touched(tenant: TenantId): void {
    this.#touched.add(tenant);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#round);
    clearInterval(this.#idle);
  }

  async #keepUp(): Promise<void> {
    if (this.#isKeeping) return;
    this.#isKeeping = true;
    for (const tenant of this.#touched) {
      await this.#keepUpOne(tenant).catch((error: Error) => {
        this.#ports.log.error('upkeep.failed', { tenant, error: error.message });
        this.#touched.delete(tenant);
      });
    }
    this.#isKeeping = false;
  }

  async #keepUpOne(tenant: TenantId): Promise<void> {
    const { dispatch, isBusy, kept } = this.#ports;
    while (!this.#isStopped && !isBusy()) {
      if (await dispatch(tenant, 'archive', 'optimizeStep', {}, SYSTEM)) continue;
      this.#touched.delete(tenant);
      kept();
      return;
    }
  }

  async #visitAll(): Promise<void> {
    for (const tenant of this.#ports.tenants()) {
      if (this.#isStopped) return;
      await this.#expire(tenant).catch((error: Error) =>
        this.#ports.log.error('schedule.failed', { tenant, error: error.message }),
      );
      await sleep(this.#times.betweenPages);
    }
    if (!this.#isStopped) this.#round = setTimeout(() => void this.#visitAll(), this.#times.roundEvery);
  }

  /** However much is due, a page at a time, so that a flood of a fortnight ago does not stay for ever. */
  async #expire(tenant: TenantId): Promise<void> {
    for (
      let expired = EXPIRE_PAGE;
      expired === EXPIRE_PAGE && !this.#isStopped;
      await sleep(this.#times.betweenPages)
    ) {
      const page = await this.#ports.dispatch(tenant, 'holding', 'expireDue', { limit: EXPIRE_PAGE }, SYSTEM);
      expired = page.length;
    }
  }
}
