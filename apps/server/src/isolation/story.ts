/** The story of the isolation test: what one tenant has, and the names by which another one asks for it. */
import type { SpoolId, TenantId } from '@sekisho/terms';
import type { World } from '../testing/world.ts';

const BY = { kind: 'operator', name: 'story' } as const;

/** The names of what the owner has. Somebody else knows them all. */
export interface Known {
  readonly owner: TenantId;
  readonly other: TenantId;
  /** Messages that are delivered: the first has failed, the second is under way, the others are due. */
  readonly messages: readonly SpoolId[];
  /** Messages that are held; each is asked about by one changing command. */
  readonly held: readonly SpoolId[];
  readonly lease: { readonly message: string; readonly recipient: number; readonly lease: number };
}

const TARO = { localPart: 'taro', domain: 'owner.test' };
const LEASE_MS = 30 * 86_400_000;
const PAST_DEADLINES_MS = 20 * 86_400_000;

const mail = (subject: string) =>
  Buffer.from(
    `From: <sender@elsewhere.test>\r\nTo: <taro@owner.test>\r\nSubject: ${subject}\r\n` +
      `Message-ID: <${subject}@elsewhere.test>\r\nDate: Fri, 20 Nov 2026 12:00:00 +0900\r\n\r\nThe secret of ${subject}.\r\n`,
  );

/** Makes both tenants; neither has anything yet. */
export async function begin(world: World): Promise<{ owner: TenantId; other: TenantId }> {
  return { owner: await world.tenant('owner'), other: await world.tenant('other') };
}

/** Gives the owner one of everything. */
export async function fill(world: World, owner: TenantId, other: TenantId): Promise<Known> {
  const { dispatch, installation } = world;
  const rows = [
    { line: 1, address: TARO, display: 'Taro' },
    { line: 2, address: { ...TARO, localPart: 'hanako' }, display: 'Hanako' },
  ];
  await dispatch(owner, 'access', 'importRecipients', { rows, domains: ['owner.test'] }, BY);
  await installation.setRoute(owner, 'owner.test', { nextHop: [{ host: 'next.owner.test', port: 25 }] }, BY);
  for (const cidr of ['192.0.2.7', '192.0.2.8']) await installation.addTrustedClient({ cidr, tenant: owner }, BY);
  await installation.setSetting(owner, 'quarantine.days', 30, BY);
  const key = { domain: 'owner.test', selector: 'owned', algorithm: 'ed25519-sha256' } as const;
  await installation.addDkimKey(owner, { ...key, publicKey: PUBLIC_KEY, privateKey: Buffer.from('never shown') }, BY);
  const messages: SpoolId[] = [];
  for (const number of [1, 2, 3, 4, 5]) {
    messages.push(await world.take({ tenant: owner, to: TARO, raw: mail(`delivered-${number}`) }));
    world.clock.advance(1000);
  }
  const held: SpoolId[] = [];
  for (const number of [1, 2, 3, 4, 5])
    held.push(await world.take({ tenant: owner, to: TARO, raw: mail(`held-${number}`), isHeld: true }));
  const rule = { id: 'mine', when: { name: 'always' }, action: { name: 'deliver' } };
  await dispatch(owner, 'policy', 'setRules', { rules: [rule], note: 'mine' }, BY);
  const question = { limit: 2, leaseMs: LEASE_MS, owner: 'first' };
  const { leases } = await dispatch(owner, 'delivery', 'claim', question, BY);
  const [failed, lease] = leases.map(({ message, recipient, lease: number }) => ({
    message,
    recipient,
    lease: number,
  }));
  await dispatch(owner, 'delivery', 'settle', { results: [failedResult(failed!, world.clock.now())] }, BY);
  world.clock.advance(PAST_DEADLINES_MS);
  return { owner, other, messages, held, lease: lease! };
}

/** An attempt that ended for good. */
export const failedResult = (lease: Known['lease'], now: number) => ({
  ...lease,
  outcome: { kind: 'failed' as const, cause: 'remote' as const },
  startedAt: now,
  host: 'next.owner.test',
  ip: '192.0.2.25',
  tls: null,
  status: '5.1.1',
  reply: '550 5.1.1 unknown',
});

const PUBLIC_KEY = Buffer.from(
  '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n',
);

/** All rows of a tenant's tables, to see whether somebody has changed any. */
export function rowsOf(world: World, tenant: TenantId): Promise<string> {
  return world.stores.read(tenant, async (tx) => {
    const tables = await tx.all<{ name: string }>(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'archive_words%' ORDER BY name",
    );
    const all: unknown[] = [];
    for (const { name } of tables) all.push([name, await tx.all(`SELECT * FROM "${name}"`)]);
    return plainJson(all);
  });
}

/** What the installation has for a tenant. */
export async function settledOf({ installation }: World, tenant: TenantId): Promise<string> {
  return plainJson([
    await installation.tenant(tenant),
    await installation.domains(tenant),
    await installation.routes(tenant),
    await installation.trustedClients(tenant),
    await installation.ownSettings(tenant),
    await installation.dkimKeys(tenant, 'owner.test'),
  ]);
}

/** JSON with octets as hex. */
export const plainJson = (value: unknown): string =>
  JSON.stringify(value, (_name, one: unknown) => {
    const octets = one as { type?: unknown; data?: unknown } | null;
    if (octets?.type === 'Buffer') return Buffer.from(octets.data as number[]).toString('hex');
    return one instanceof Uint8Array ? Buffer.from(one).toString('hex') : one;
  }) ?? 'undefined';
