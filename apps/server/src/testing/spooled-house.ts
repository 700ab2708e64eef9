import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rowsForRecovery, type StoredBody } from '@sekisho/archive';
import { INSPECTION_VERSION, type Inspection } from '@sekisho/inspection';
import { openPackReader } from '@sekisho/packs';
import { systemClock, systemRandom } from '@sekisho/ports';
import { keptLog } from '@sekisho/ports/testing';
import { openSealedBody, openSealedStream, type SpoolReference } from '@sekisho/spool';
import { openTestSpool, type TestSpool, testEnvelope } from '@sekisho/spool/testing';
import { TenantStores } from '@sekisho/tenants';
import { testAdmission } from '@sekisho/tenants/testing';
import type { Address, Envelope, SpoolId, TenantId } from '@sekisho/terms';
import type { Inspected } from '../message-path.ts';
import { migrations } from '../rooms.ts';
import { TenantWriter } from '../writer/tenant-writer.ts';

export const HOST_NAME = 'mx.sekisho.test';

/** What inspection says of a message in which it finds nothing. */
export function plainInspection(change: Partial<Inspection> = {}): Inspection {
  return {
    version: INSPECTION_VERSION,
    tree: Buffer.alloc(0),
    facts: [],
    summary: { subject: 'plain', from: [], to: [], cc: [], date: null, messageId: null, attachmentCount: 0 },
    words: { subject: 'plain', from: '', to: '', body: '', names: '', attached: '' },
    omitted: [],
    indexedAll: true,
    ...change,
  };
}

/** A real spool, databases and packs of two tenants in one process, and what a writer thread does with them. */
export interface SpooledHouse extends AsyncDisposable {
  readonly folder: string;
  readonly spool: TestSpool;
  readonly log: ReturnType<typeof keptLog>;
  readonly tenant: TenantId;
  readonly other: TenantId;
  /** Those of now; `restart` makes new ones. */
  readonly stores: TenantStores;
  readonly writer: TenantWriter;
  /** A message in the spool, as a front leaves it after its 250. */
  accept(text: string, change?: Partial<Envelope>): Promise<SpoolReference>;
  /** The databases are closed and opened again, and nothing else is remembered: as after the death of the process. */
  restart(): Promise<void>;
  /** Rows of messages, as recovery sees them. */
  rows(tenant: TenantId, ...references: readonly SpoolReference[]): Promise<StoredBody[]>;
  /** The octets that a row's place holds; rejects when they are not the message's. */
  archived(reference: SpoolReference): Promise<Buffer>;
  /** Folder of a tenant's packs. */
  packs(tenant: TenantId): string;
}

/** Opens a house in a folder of its own, which is removed at the end. */
export async function openSpooledHouse(): Promise<SpooledHouse> {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-spooled-'));
  const spool = await openTestSpool();
  const clock = systemClock();
  const admissions = [testAdmission(folder, 'tenantone0'), testAdmission(folder, 'tenanttwo0')] as const;
  const log = keptLog();
  const open = () => {
    const stores = new TenantStores({ clock, log, migrations });
    const writer = new TenantWriter({ stores, clock, log, random: systemRandom, hostName: HOST_NAME });
    for (const admission of admissions) writer.admit(admission);
    return { stores, writer };
  };
  let now = open();
  const packs = (tenant: TenantId) => join(folder, tenant, 'packs');
  const rows = (tenant: TenantId, ...references: readonly SpoolReference[]) =>
    now.stores.read(tenant, (tx) =>
      rowsForRecovery(
        tx,
        references.map(({ spoolId }): SpoolId => spoolId),
      ),
    );
  return {
    folder,
    spool,
    log,
    tenant: admissions[0].tenant,
    other: admissions[1].tenant,
    get stores() {
      return now.stores;
    },
    get writer() {
      return now.writer;
    },
    accept: (text, change) =>
      spool.writer.append(testEnvelope({ tenant: admissions[0].tenant, ...change }), [Buffer.from(text)]),
    async restart() {
      await now.stores.close();
      now = open();
    },
    rows,
    packs,
    async archived(reference) {
      const [row] = await rows(reference.tenant, reference);
      const reader = openPackReader(packs(reference.tenant));
      try {
        if (reference.bodyKind === 'inline') return openSealedBody(reference, reader.read(row!.place));
        const chunks: Buffer[] = [];
        for await (const chunk of openSealedStream(reference, reader.readStream(row!.place))) chunks.push(chunk);
        return Buffer.concat(chunks);
      } finally {
        reader.close();
      }
    },
    async [Symbol.asyncDispose]() {
      await now.stores.close();
      await spool[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A message that inspection found nothing in. */
export const inspectedPlain = (reference: SpoolReference, change?: Partial<Inspection>): Inspected => ({
  reference,
  inspection: plainInspection(change),
});

/** Recipients of the given addresses, for an envelope. */
export const forwardPaths = (...addresses: readonly string[]): Envelope['forwardPaths'] =>
  addresses.map((text) => {
    const [localPart, domain] = text.split('@') as [string, string];
    return { address: { localPart, domain } satisfies Address };
  });
