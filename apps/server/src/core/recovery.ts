import {
  type Damage,
  readSegment,
  SegmentUnreadableError,
  type SegmentLedger,
  type SpoolReference,
} from '@sekisho/spool';
import type { Log } from '@sekisho/ports';
import type { TenantId } from '@sekisho/terms';
import type { Vault } from '@sekisho/vault';
import type { RecoveryAnswer } from '../processes/writer-messages.ts';

export interface RecoveryPorts {
  readonly vault: Pick<Vault, 'openSegmentKey'>;
  readonly ledger: SegmentLedger;
  readonly log: Log;
  /** True for tenants that exist; mail of a tenant that was erased owes nothing. */
  isTenant(tenant: TenantId): boolean;
  /** Told of each record; true when nobody told of it before. It is owed from then on. */
  isNews(reference: SpoolReference): boolean;
  recover(tenant: TenantId, references: readonly SpoolReference[]): Promise<RecoveryAnswer>;
  /** Sends a message through the path. */
  offer(reference: SpoolReference): void;
  /** So many messages of the tenant need nothing more. */
  done(tenant: TenantId, messages: number): void;
}

/** Messages of one tenant that are compared with their rows in one go. */
const PAGE = 200;

/** What was found in a segment. */
export interface Recovered {
  /** Messages nobody had told of. */
  readonly found: number;
  /** Those of them that had no row. */
  readonly missing: number;
  /** There is damage that is more than a torn end. */
  readonly isDamaged: boolean;
  /** Files of large bodies that its records refer to. */
  readonly bodyFiles: readonly string[];
}

/**
 * Compares every record of a segment with its row, never a watermark: what is there with its body is settled, what is
 * not goes through the path again. A tenant that cannot be asked holds up nobody: its messages take the path anew, which
 * changes nothing where they are there already.
 */
export async function recoverSegment(file: string, ports: RecoveryPorts): Promise<Recovered> {
  const { ledger, log } = ports;
  let [found, missing, isDamaged] = [0, 0, false];
  const bodyFiles: string[] = [];
  const pages = new Map<TenantId, SpoolReference[]>();
  const report = (damage: Damage) => {
    isDamaged ||= damage.reason !== 'torn-tail';
    log[damage.reason === 'torn-tail' ? 'info' : 'error']('recovery.damage', { ...damage });
  };
  const compare = async (tenant: TenantId, references: readonly SpoolReference[]) => {
    const without = await settle(tenant, references, ports);
    missing += without;
  };
  try {
    for await (const reference of readSegment(file, ports.vault, report)) {
      const { tenant, spoolId, bodyFile } = reference;
      if (bodyFile !== undefined) bodyFiles.push(bodyFile);
      if (!ports.isNews(reference)) continue;
      found += 1;
      if (!ports.isTenant(tenant)) {
        log.warn('recovery.no-tenant', { spoolId, tenant });
        ledger.settle(spoolId);
        ports.done(tenant, 1);
        continue;
      }
      const page = pages.get(tenant) ?? [];
      pages.set(tenant, page);
      page.push(reference);
      if (page.length >= PAGE) await compare(tenant, page.splice(0));
    }
  } catch (error) {
    if (error instanceof SegmentUnreadableError) {
      log.error('recovery.segment-unreadable', { file, error: error.message });
      isDamaged = true;
    } else if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  } finally {
    await Promise.all([...pages].map(([tenant, page]) => compare(tenant, page)));
  }
  return { found, missing, isDamaged, bodyFiles };
}

/** Compares a page of one tenant's messages with their rows; answers how many had none. */
async function settle(
  tenant: TenantId,
  references: readonly SpoolReference[],
  { log, ledger, recover, offer, done }: RecoveryPorts,
): Promise<number> {
  if (references.length === 0) return 0;
  let left: ReadonlySet<string>;
  try {
    const answer = await recover(tenant, references);
    for (const spoolId of answer.settled) ledger.committed(spoolId, tenant, answer.batch);
    done(tenant, answer.settled.length);
    left = new Set(answer.missing);
  } catch (error) {
    log.error('recovery.tenant-failed', { tenant, messages: references.length, error: (error as Error).message });
    left = new Set(references.map(({ spoolId }) => spoolId));
  }
  for (const reference of references) if (left.has(reference.spoolId)) offer(reference);
  return left.size;
}
