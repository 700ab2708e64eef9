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
  recover(tenant: TenantId, references: readonly SpoolReference[]): Promise<RecoveryAnswer>;
  /** Sends a message through the path. */
  offer(reference: SpoolReference): void;
}

/** Messages of one tenant that are compared with their rows in one go. */
const PAGE = 200;

/** What was found in the spool. */
export interface Recovered {
  readonly segments: number;
  readonly found: number;
  readonly missing: number;
  /** Segments with damage that is more than a torn end: they are kept, with what can still be read of them. */
  readonly damaged: ReadonlySet<string>;
}

/**
 * Compares every record of the given segments with its row, never a watermark: what is there with its body is settled,
 * what is not goes through the path again. Records that are known already are passed over.
 */
export async function recoverSegments(
  files: readonly string[],
  isKnown: (reference: SpoolReference) => boolean,
  ports: RecoveryPorts,
): Promise<Recovered> {
  const { ledger, log } = ports;
  let found = 0;
  let missing = 0;
  const damaged = new Set<string>();
  const pages = new Map<TenantId, SpoolReference[]>();
  const settle = async (tenant: TenantId, references: readonly SpoolReference[]) => {
    const answer = await ports.recover(tenant, references);
    for (const spoolId of answer.settled) ledger.committed(spoolId, tenant, answer.batch);
    const left = new Set(answer.missing);
    missing += left.size;
    for (const reference of references) if (left.has(reference.spoolId)) ports.offer(reference);
  };
  for (const file of files) {
    try {
      const report = (damage: Damage) => {
        log.error('recovery.damage', { ...damage });
        if (damage.reason !== 'torn-tail') damaged.add(file);
      };
      for await (const reference of readSegment(file, ports.vault, report)) {
        if (isKnown(reference)) continue;
        found += 1;
        ledger.owe(reference);
        if (!ports.isTenant(reference.tenant)) {
          log.warn('recovery.no-tenant', { spoolId: reference.spoolId, tenant: reference.tenant });
          ledger.settle(reference.spoolId);
          continue;
        }
        const page = pages.get(reference.tenant) ?? [];
        pages.set(reference.tenant, page);
        page.push(reference);
        if (page.length >= PAGE) await settle(reference.tenant, page.splice(0));
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
      if (!(error instanceof SegmentUnreadableError)) throw error;
      log.error('recovery.segment-unreadable', { file, error: error.message });
      damaged.add(file);
    }
  }
  for (const [tenant, page] of pages) if (page.length > 0) await settle(tenant, page);
  return { segments: files.length, found, missing, damaged };
}
