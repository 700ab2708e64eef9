import type { Inspection } from '@sekisho/inspection';
import type { Log } from '@sekisho/ports';
import { BodyDamagedError, openBodyStreamOf, type SpoolReference } from '@sekisho/spool';
import type { TenantId } from '@sekisho/terms';
import { believed, type Inspected, tracePrefix } from '../message-path.ts';
import { octetsToJudge } from '../omitted.ts';
import { digestDelivered } from './digest-delivered.ts';
import { Turns } from './turns.ts';

export interface LargeBodiesPorts {
  readonly log: Log;
  readonly hostName: string;
  /** A message with the digest of its delivered form. */
  ready(message: Inspected): void;
  /** A message whose body does not open any more; it stays in the spool for a person to look at. */
  damaged(reference: SpoolReference): void;
}

/** Bodies read at a time. */
const AT_ONCE = 2;
const ENOUGH = 16;
const READ_AGAIN_MS = 5000;

/** Makes the digests of delivered forms that are too large to be made inside a transaction, tenants in turn. */
export class LargeBodies {
  readonly #ports: LargeBodiesPorts;
  readonly #waiting = new Turns<TenantId, Inspected>();
  readonly #readAgainMs: number;
  #underWay = 0;

  constructor(ports: LargeBodiesPorts, readAgainMs = READ_AGAIN_MS) {
    this.#ports = ports;
    this.#readAgainMs = readAgainMs;
  }

  /** Messages that wait for their digest. */
  get backlog(): number {
    return this.#waiting.size + this.#underWay;
  }

  /** True while enough of the tenant's messages wait here with all that was found in them. */
  isFull(tenant: TenantId): boolean {
    return this.#waiting.waitingFor(tenant) >= ENOUGH;
  }

  offer(reference: SpoolReference, inspection: Inspection): void {
    this.#waiting.push(reference.tenant, { reference, inspection });
    this.#work();
  }

  #work(): void {
    while (this.#underWay < AT_ONCE) {
      const message = this.#waiting.shift();
      if (!message) return;
      this.#underWay += 1;
      void this.#digest(message).finally(() => {
        this.#underWay -= 1;
        this.#work();
      });
    }
  }

  async #digest(message: Inspected): Promise<void> {
    const { reference, inspection } = message;
    const { spoolId, tenant } = reference;
    const { log, hostName, ready, damaged } = this.#ports;
    try {
      const safe = believed(message, await beginning(reference, octetsToJudge(inspection.omitted)), hostName);
      const prefix = tracePrefix(safe, hostName);
      const deliveredSha256 = await digestDelivered(prefix, safe.inspection.omitted, openBodyStreamOf(reference));
      ready({ ...safe, deliveredSha256 });
    } catch (error) {
      log.error('intake.body-unreadable', { spoolId, tenant, why: (error as Error).message });
      if (error instanceof BodyDamagedError) damaged(reference);
      else setTimeout(() => this.offer(reference, inspection), this.#readAgainMs).unref();
    }
  }
}

/** No header section is as long as this. */
const MOST_HEADER_OCTETS = 32 * 1024 * 1024;

/** The first octets of a body: as many as asked for, fewer when there are no more. */
async function beginning(reference: SpoolReference, octets: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let have = 0;
  const wanted = Math.min(octets, MOST_HEADER_OCTETS);
  if (wanted > 0) {
    for await (const chunk of openBodyStreamOf(reference)) {
      chunks.push(chunk);
      have += chunk.length;
      if (have >= wanted) break;
    }
  }
  return Buffer.concat(chunks).subarray(0, wanted);
}
