import type { Log } from '@sekisho/ports';
import type { Dispatch } from '@sekisho/tenants';
import type { TenantId } from '@sekisho/terms';
import type { TenantRooms } from '../rooms.ts';

const SYSTEM = { kind: 'system', name: 'schedules' } as const;
const ROUND_EVERY_MS = 600_000;
const BETWEEN_TENANTS_MS = 20;
const EXPIRE_PAGE = 100;
const LOOK_FOR_IDLE_MS = 250;

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
  readonly #touched = new Set<TenantId>();
  readonly #idle: NodeJS.Timeout;
  #round: NodeJS.Timeout;
  #isStopped = false;
  #isKeeping = false;

  constructor(ports: SchedulesPorts) {
    this.#ports = ports;
    this.#round = setTimeout(() => void this.#visitAll(), ROUND_EVERY_MS / 10);
    this.#idle = setInterval(() => void this.#keepUp(), LOOK_FOR_IDLE_MS);
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
    try {
      for (const tenant of this.#touched) {
        while (!this.#isStopped && !this.#ports.isBusy()) {
          if (await this.#ports.dispatch(tenant, 'archive', 'optimizeStep', {}, SYSTEM)) continue;
          this.#touched.delete(tenant);
          this.#ports.kept();
          break;
        }
      }
    } catch (error) {
      this.#ports.log.error('upkeep.failed', { error: (error as Error).message });
      this.#touched.clear();
    } finally {
      this.#isKeeping = false;
    }
  }

  async #visitAll(): Promise<void> {
    for (const tenant of this.#ports.tenants()) {
      if (this.#isStopped) return;
      await this.#ports
        .dispatch(tenant, 'holding', 'expireDue', { limit: EXPIRE_PAGE }, SYSTEM)
        .catch((error: Error) => this.#ports.log.error('schedule.failed', { tenant, error: error.message }));
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_TENANTS_MS));
    }
    if (!this.#isStopped) this.#round = setTimeout(() => void this.#visitAll(), ROUND_EVERY_MS);
  }
}
