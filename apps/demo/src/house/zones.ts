import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDkimKey, type DkimKeyPair, dkimRecord } from '@sekisho/message-auth';
import type { Zones } from '@sekisho/ports';
import { FIXTURES } from '../mail/fixtures.ts';
import { FORWARDER, OUTSIDERS, SELECTOR, SPOOFER, TENANTS } from './world.ts';

/** Signing keys by domain, made at the start and never written down. */
export type DemoKeys = ReadonlyMap<string, DkimKeyPair>;

/** A key for each tenant and for each outsider that signs. */
export async function createKeys(): Promise<DemoKeys> {
  const wanted = [
    ...TENANTS.map(({ domain }) => ({ domain, signs: 'ed25519' as const })),
    ...OUTSIDERS.flatMap(({ domain, signs }) => (signs === null ? [] : [{ domain, signs }])),
  ];
  const keys = wanted.map(async ({ domain, signs }) => [domain, await createDkimKey({ algorithm: signs })] as const);
  return new Map(await Promise.all(keys));
}

const text = (value: string) => value.match(/.{1,255}/g)!;

/** All of DNS that the demo knows: nothing outside these names exists. */
export function zonesOf(keys: DemoKeys): Zones {
  const records = new Map<string, string[]>();
  const add = (name: string, value: string) => records.set(name, [...(records.get(name) ?? []), value]);
  for (const { domain, server } of TENANTS) add(domain, `v=spf1 ip4:${server} -all`);
  for (const { domain, server, dmarc } of OUTSIDERS) {
    if (dmarc === null) continue;
    add(domain, `v=spf1 ip4:${server} -all`);
    add(`_dmarc.${domain}`, `v=DMARC1; p=${dmarc}`);
  }
  for (const { domain, address } of [SPOOFER, FORWARDER]) add(domain, `v=spf1 ip4:${address} -all`);
  for (const [domain, { publicKey }] of keys) {
    const record = dkimRecord({ domain, selector: SELECTOR, publicKey });
    add(record.name, record.value);
  }
  for (const [name, value] of Object.entries(fixtureRecords())) add(name, value);
  return Object.fromEntries([...records].map(([name, values]) => [name.toLowerCase(), { TXT: values.map(text) }]));
}

function fixtureRecords(): Record<string, string> {
  return JSON.parse(readFileSync(join(FIXTURES, 'dkim-generated', 'dns.json'), 'utf8')) as Record<string, string>;
}
