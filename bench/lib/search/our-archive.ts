import { createHash } from 'node:crypto';
import { globSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as archive from '@sekisho/archive';
import { type Inspection, openInspector } from '@sekisho/inspection';
import { openPacks } from '@sekisho/packs';
import { openLog, systemClock, systemRandom, zoneResolver } from '@sekisho/ports';
import { dispatchHere, type TenantAdmission, TenantStores } from '@sekisho/tenants';
import { type Envelope, formatSpoolId, type Plan, type TenantId } from '@sekisho/terms';
import { bodyAad, sealBody, wrapKey } from '@sekisho/vault';
import { indexText } from '@sekisho/words';
import { type Engine, type Mail, PAGE, type Question } from './engine.ts';

const TENANT = 'benchtenant000' as TenantId;
const BY = { kind: 'system', name: 'bench' } as const;
const BATCH = 50;
const BATCHES_BETWEEN_SYNCS = 20;
const RECORDS_PER_SEGMENT = 10_000;
const IDLE_STEPS = 20_000;

/** What finding gives that others cannot say: the messages, and how many there are. */
export interface Found {
  readonly ids: readonly number[];
  /** At most what the archive counts to. */
  readonly total: number;
}

/** Our archive: bodies sealed into packs, journal and index in the tenant's encrypted database. */
export interface OurArchive extends Engine {
  search(question: Question): Promise<Found>;
  /** Seconds of the last ingest by what was done: whole inspection of the octets, words alone, everything stored. */
  readonly seconds: { readonly inspection: number; readonly words: number; readonly store: number };
}

export async function openOurArchive(root: string): Promise<OurArchive> {
  const folder = join(root, 'ours');
  mkdirSync(folder, { recursive: true });
  const [clock, random] = [systemClock(), systemRandom];
  const log = openLog({ process: 'bench', level: 'warn', pretty: true, linesPerSecond: 100 });
  const stores = new TenantStores({ clock, log, migrations: archive.migrations });
  const admission: TenantAdmission = {
    tenant: TENANT,
    folder,
    generation: 1,
    databaseKey: random.bytes(32),
    tenantKey: random.bytes(32),
  };
  stores.admit(admission);
  const packs = openPacks({ folder: join(folder, 'packs'), clock, random });
  const dispatch = dispatchHere(stores, { archive: archive.commands });
  const inspector = openInspector({ resolver: zoneResolver({}), authservId: 'mx.sekisho.test', clamd: null, clock });
  const seconds = { inspection: 0, words: 0, store: 0 };

  const timed = async (what: keyof typeof seconds, work: () => unknown) => {
    const started = performance.now();
    await work();
    seconds[what] += (performance.now() - started) / 1000;
  };

  const store = (batch: readonly (readonly [Mail, Inspection])[]) => {
    const rows = batch.map(([mail, inspection]) => rowOf(mail, inspection, admission.tenantKey));
    const places = packs.appendAll(
      rows.map(({ sealed }) => sealed),
      'standard',
    );
    return dispatch(
      TENANT,
      'archive',
      'take',
      { rows: rows.map(({ row }, at) => ({ ...row, place: places[at]! })) },
      BY,
    );
  };

  const search = async (question: Question): Promise<Found> => {
    const { messages, total } = await dispatch(
      TENANT,
      'archive',
      'search',
      { query: queryOf(question), limit: PAGE },
      BY,
    );
    return { ids: messages.map(({ id }) => id), total: total ?? 0 };
  };

  return {
    name: 'ours',
    seconds,
    search,
    async ingest(mails) {
      Object.assign(seconds, { inspection: 0, words: 0, store: 0 });
      for (let at = 0; at < mails.length; at += BATCH) {
        const batch = mails.slice(at, at + BATCH);
        const inspections: Inspection[] = [];
        await timed('inspection', async () => {
          for (const mail of batch) inspections.push(await inspector.inspect(mail.raw, envelopeOf(mail)));
        });
        await timed('words', () =>
          batch.map(({ letter }) => [letter.subject, letter.from, letter.to, letter.body].map(indexText)),
        );
        await timed('store', async () => {
          await store(batch.map((mail, i) => [mail, inspections[i]!]));
          if ((at / BATCH) % BATCHES_BETWEEN_SYNCS === 0) await stores.syncDurable(TENANT, () => packs.sync());
          await stores.checkpointWal(TENANT);
        });
      }
      await timed('store', () => stores.syncDurable(TENANT, () => packs.sync()));
      return seconds.inspection + seconds.store;
    },
    async idle() {
      for (let step = 0; step < IDLE_STEPS; step++) {
        const isMore = await dispatch(TENANT, 'archive', 'optimizeStep', {}, BY);
        await stores.checkpointWal(TENANT);
        if (!isMore) return;
      }
    },
    find: async (question) => (await search(question)).ids.length,
    /** Without the log: it is folded into the file and cut when the tenant has been idle for a minute. */
    sizeOctets: () =>
      globSync('**/*', { cwd: folder })
        .filter((name) => !name.endsWith('-wal'))
        .map((name) => statSync(join(folder, name)))
        .filter((one) => one.isFile())
        .reduce((sum, one) => sum + one.size, 0),
    async stop() {
      await inspector.close();
      await packs.close();
      await stores.close();
    },
  };
}

function queryOf({ text, from, days }: Question): string {
  const filters = [
    ...(from ? [`from:${from}`] : []),
    ...(days ? [`after:${days[0]}`, `before:${dayAfter(days[1])}`] : []),
  ];
  return [`"${text}"`, ...filters].join(' ');
}

const dayAfter = (day: string) => new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);

function envelopeOf({ letter }: Mail): Envelope {
  const [localPart, domain] = letter.to.split('@') as [string, string];
  return {
    tenant: TENANT,
    direction: 'reception',
    reversePath: { localPart: 'sender', domain: 'sender.test' },
    forwardPaths: [{ address: { localPart, domain } }],
    smtpUtf8: false,
    body: '8bitmime',
    dsn: {},
    client: { ip: '127.0.0.1', port: 50_000, ehlo: 'mx.sender.test', protocol: 'ESMTP', listener: 'smtp' },
    receivedAt: letter.sentAt,
  };
}

/** The row as the message path makes it, and the body sealed under a key of its own. */
function rowOf(mail: Mail, inspection: Inspection, tenantKey: Buffer) {
  const { letter, raw } = mail;
  const envelope = envelopeOf(mail);
  const at = letter.number;
  const spoolId = formatSpoolId(0, 1 + Math.floor(at / RECORDS_PER_SEGMENT), 64 * (at % RECORDS_PER_SEGMENT));
  const rawSha256 = createHash('sha256').update(raw).digest();
  const key = systemRandom.bytes(32);
  const why = { ja: '止める理由がない → 配送する', en: 'nothing speaks against it → deliver' };
  const plan: Plan = {
    policyVersion: 'bench0000000',
    decidedAt: envelope.receivedAt,
    decisions: envelope.forwardPaths.map(({ address }) => ({
      forwardPath: address,
      disposition: { kind: 'deliver' },
      transformations: [],
      rule: 'default',
      why,
    })),
  };
  return {
    sealed: sealBody(key, bodyAad(TENANT, spoolId, rawSha256), raw),
    row: {
      ...inspection,
      spoolId,
      envelope,
      plan,
      rawSha256,
      deliveredSha256: rawSha256,
      sizeOctets: raw.length,
      wrappedKey: wrapKey(tenantKey, key, Buffer.from(spoolId)),
      prefix: Buffer.from('Received: from mx.sender.test ([127.0.0.1]) by mx.sekisho.test with ESMTP\r\n'),
      attachmentKinds: [],
    },
  };
}
