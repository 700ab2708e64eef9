import type { TenantId } from '@sekisho/terms';

/**
 * Who is served next: tenants that have something to do, each once in a round, a few at the same time, and never one
 * twice at once. A tenant can also be put down for a later moment.
 */
export class Turns {
  readonly #serve: (tenant: TenantId) => Promise<void>;
  readonly #atOnce: number;
  readonly #now: () => number;
  readonly #ready = new Set<TenantId>();
  readonly #serving = new Map<TenantId, Promise<void>>();
  readonly #later = new Map<TenantId, number>();
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #isStopped = false;

  constructor(serve: (tenant: TenantId) => Promise<void>, atOnce: number, now: () => number) {
    this.#serve = serve;
    this.#atOnce = atOnce;
    this.#now = now;
  }

  /** Puts a tenant at the end of the round. */
  want(tenant: TenantId): void {
    if (this.#isStopped) return;
    this.#ready.add(tenant);
    this.#pump();
  }

  /** Puts a tenant down for a time, unless it is down for an earlier one. */
  wantAt(tenant: TenantId, at: number): void {
    if (this.#isStopped || (this.#later.get(tenant) ?? Number.POSITIVE_INFINITY) <= at) return;
    this.#later.set(tenant, at);
    if (at < this.#timerAt) this.#arm(at);
  }

  /** No further turns; resolves when those under way have ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#ready.clear();
    clearTimeout(this.#timer);
    await Promise.all(this.#serving.values());
  }

  #pump(): void {
    for (const tenant of this.#ready) {
      if (this.#serving.size >= this.#atOnce) return;
      if (this.#serving.has(tenant)) continue;
      this.#ready.delete(tenant);
      this.#later.delete(tenant);
      const serving = this.#serve(tenant).finally(() => {
        this.#serving.delete(tenant);
        this.#pump();
      });
      this.#serving.set(tenant, serving);
    }
  }

  #arm(at: number): void {
    clearTimeout(this.#timer);
    this.#timerAt = at;
    const wait = Math.min(Math.max(at - this.#now(), 1), 60_000);
    this.#timer = setTimeout(() => this.#ring(), wait);
  }

  #ring(): void {
    this.#timerAt = Number.POSITIVE_INFINITY;
    const now = this.#now();
    let next = Number.POSITIVE_INFINITY;
    for (const [tenant, at] of this.#later) {
      if (at > now) next = Math.min(next, at);
      else this.#ready.add(tenant);
    }
    this.#pump();
    if (next < this.#timerAt && Number.isFinite(next)) this.#arm(next);
  }
}
