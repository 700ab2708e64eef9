import type { Log } from '@sekisho/ports';
import type { Dispatch } from '@sekisho/tenants';
import type { TenantId } from '@sekisho/terms';
import type { TenantRooms } from '../rooms.ts';

const SYSTEM = { kind: 'system', name: 'schedules' } as const;
const ROUND_EVERY_MS = 600_000;
const BETWEEN_TENANTS_MS = 20;
const EXPIRE_PAGE = 100;

export interface SchedulesPorts {
  readonly log: Log;
  tenants(): readonly TenantId[];
  readonly dispatch: Dispatch<TenantRooms>;
  /** True while messages wait for a writer: what can wait, waits. */
  isBusy(): boolean;
}

/** What is due by the calendar: held mail whose deadline has passed, and the index's upkeep. One tenant after the other. */
export class Schedules {
  readonly #ports: SchedulesPorts;
  #timer: NodeJS.Timeout;
  #isStopped = false;

  constructor(ports: SchedulesPorts) {
    this.#ports = ports;
    this.#timer = setTimeout(() => void this.#round(), ROUND_EVERY_MS / 10);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #round(): Promise<void> {
    for (const tenant of this.#ports.tenants()) {
      if (this.#isStopped) return;
      await this.#visit(tenant).catch((error: Error) =>
        this.#ports.log.error('schedule.failed', { tenant, error: error.message }),
      );
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_TENANTS_MS));
    }
    if (!this.#isStopped) this.#timer = setTimeout(() => void this.#round(), ROUND_EVERY_MS);
  }

  async #visit(tenant: TenantId): Promise<void> {
    const { dispatch, isBusy } = this.#ports;
    await dispatch(tenant, 'holding', 'expireDue', { limit: EXPIRE_PAGE }, SYSTEM);
    if (!isBusy()) await dispatch(tenant, 'archive', 'optimizeStep', {}, SYSTEM);
  }
}
