/** A new installation from its first tenant to its second root key, by the command line alone. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ScriptedServer } from '@sekisho/delivery/testing';
import { fixtureMail } from '@sekisho/message/testing';
import { TestHouse } from '@sekisho/server/testing';
import { createTransport } from 'nodemailer';
import { type Ran, ran } from './testing.ts';

const MINUTES = fixtureMail('japanese-generated', 'jp065-fn-2231-utf8.eml');
const ESTIMATE = fixtureMail('japanese-generated', 'jp001-iso-2022-jp-B-7bit.eml');

let house: TestHouse;
let sink: ScriptedServer;

before(async () => {
  sink = await ScriptedServer.start({
    on: (line) => (line.startsWith('RCPT TO:<later@') ? '451 4.2.0 later\r\n' : undefined),
  });
  house = await TestHouse.prepare({ tenants: {} });
  await house.start();
});

after(async () => {
  await house[Symbol.asyncDispose]();
  await sink[Symbol.asyncDispose]();
});

const sekisho = (...argv: string[]) => ran([...argv, '--config', join(house.folder, 'sekisho.toml')]);

/** Runs a command that has to do it. */
async function done(...argv: string[]): Promise<Ran> {
  const result = await sekisho(...argv);
  assert.equal(result.code, 0, `${argv.join(' ')}: ${result.err}${result.out}`);
  return result;
}

const json = async <Value>(...argv: string[]) => JSON.parse((await done(...argv, '--json')).out) as Value;

async function send(to: string, raw: Buffer): Promise<string> {
  const transport = createTransport({
    host: '127.0.0.1',
    port: house.ports.smtp,
    ignoreTLS: true,
    name: 'client.test',
  });
  const { response } = await transport.sendMail({ envelope: { from: 'taro@sender.test', to: [to] }, raw });
  transport.close();
  return /Accepted as (\w+)/.exec(response)![1]!;
}

interface Step {
  readonly stage: string;
  readonly what: string;
}

const stepsOf = async (id: string) => {
  const found = JSON.parse((await sekisho('trace', id, '--json')).out || '[]') as { traces: { steps: Step[] }[] }[];
  return found[0]?.traces[0]?.steps.map(({ stage, what }) => `${stage} ${what}`) ?? [];
};

const file = (name: string, text: string) => {
  writeFileSync(join(house.folder, name), text);
  return join(house.folder, name);
};

test('the operators’ socket is open to its owner alone', () => {
  assert.equal(statSync(join(house.folder, 'data/run/api.sock')).mode & 0o777, 0o600);
});

test('a tenant is made, gets a domain, a route, recipients and a signing key', async () => {
  assert.match((await done('tenant', 'create', 'kumo', '--display', '雲商事株式会社')).err, /made tenant kumo/);
  assert.equal((await sekisho('tenant', 'create', 'kumo')).code, 1);
  await done('tenant', 'create', 'yama');
  await done('domain', 'add', 'kumo', 'kumo.test');
  assert.equal((await sekisho('domain', 'add', 'yama', 'kumo.test')).code, 1);
  await done('route', 'set', 'kumo', 'kumo.test', '--next-hop', `127.0.0.1:${sink.port}`, '--tls', 'none');
  assert.match((await done('route', 'set', 'kumo', 'kumo.test', '--recipients', 'accept-all')).err, /Mind/);
  const [route] = await json<{ nextHop: object[]; tls: string; recipientMode: string }[]>('route', 'show', 'kumo');
  assert.deepEqual([route!.nextHop, route!.tls], [[{ host: '127.0.0.1', port: sink.port }], 'none']);
  await done('route', 'set', 'kumo', 'kumo.test', '--recipients', 'list');
  assert.match((await done('dkim', 'create', 'kumo', 'kumo.test', '--algorithm', 'ed25519-sha256')).out, /IN TXT/);
});

test('a file of recipients is shown first, and taken over when it is right', async () => {
  const wrong = file('wrong.csv', 'アドレス,名前\nhanako@kumo.test,佐藤花子\nnobody\n');
  const preview = await sekisho('recipient', 'import', 'kumo', wrong);
  assert.equal(preview.code, 1);
  assert.match(preview.out, /added: 1\n {2}hanako@kumo\.test {2}佐藤花子\n[\s\S]*line 3: no address/);
  const right = file('right.csv', 'hanako@kumo.test,佐藤花子\nlater@kumo.test,\n');
  assert.match((await done('recipient', 'import', 'kumo', right)).err, /Nothing has changed yet/);
  assert.match((await done('recipient', 'list', 'kumo')).err, /none/);
  await done('recipient', 'import', 'kumo', right, '--commit');
  assert.match((await done('recipient', 'list', 'kumo')).out, /hanako@kumo\.test {2}佐藤花子/);
});

test('mail is found by Japanese words, traced to its next hop, and exported octet for octet', async () => {
  const id = await send('hanako@kumo.test', ESTIMATE);
  await house.until(async () => (await stepsOf(id)).includes('delivery delivered'));
  assert.deepEqual(await stepsOf(id), [
    'gateway received',
    'inspection inspected',
    'policy decided',
    'archive journalled',
    'delivery delivered',
  ]);
  assert.match((await done('archive', 'search', 'kumo', '件名:見積')).out, new RegExp(id));
  assert.match(
    (await done('trace', '--recipient', 'hanako@kumo.test', '--lang', 'ja')).out,
    /受付 .*受け取った[\s\S]*配送した/,
  );
  assert.equal((await sekisho('trace', '--recipient', 'nobody@kumo.test')).code, 4);
  const raw = join(house.folder, 'one.eml');
  await done('archive', 'export', 'kumo', '--message', id, '--to', raw);
  assert.ok(readFileSync(raw).equals(ESTIMATE));
  assert.equal(
    (await sekisho('archive', 'export', 'kumo', '--message', id, '--to', raw)).code,
    1,
    'no file is written over',
  );
  const { out } = await done('archive', 'export', 'kumo', '--message', id, '--form', 'delivered');
  assert.match(out, /^Authentication-Results: mx\.sekisho\.test;/);
  assert.ok(sink.messages.at(-1)!.content.toString().includes('Received: from client.test'));
  await done('archive', 'export', 'kumo', '見積', '--to', join(house.folder, 'out'));
  assert.match(readdirSync(join(house.folder, 'out'))[0]!, /^\d{8}T\d{6}_お見積書の送付について_\w{15}\.eml$/);
  assert.match((await done('archive', 'export', 'kumo', '--format', 'mbox')).out, /^From taro@sender\.test /);
});

test('rules are tried on past mail, set, hold new mail, and are taken back', async () => {
  const { rules } = await json<{ rules: object[] }>('policy', 'show', 'kumo');
  const about = { name: 'header/contains', with: { field: 'subject', text: '議事録' } };
  const rule = { id: 'minutes', when: about, action: { name: 'quarantine', with: { reason: 'check' } } };
  const rulesFile = file('rules.json', JSON.stringify({ rules: [rule, ...rules] }));
  assert.match((await done('policy', 'test', 'kumo', rulesFile)).out, /^\+ minutes: /);
  assert.match((await done('policy', 'dry-run', 'kumo', rulesFile)).err, /looked at 1 messages; .* 0 recipients/);
  await done('policy', 'set', 'kumo', rulesFile, '--note', '議事録を確認');
  assert.match((await done('policy', 'history', 'kumo')).out, /議事録を確認/);
});

test('held mail is listed, shown, released once, or given up', async () => {
  const [first, second] = [await send('hanako@kumo.test', MINUTES), await send('hanako@kumo.test', MINUTES)];
  const held = async () => (await json<{ entries: { id: string }[] }>('quarantine', 'list', 'kumo')).entries;
  await house.until(async () => (await held()).length === 2);
  assert.match((await done('quarantine', 'show', 'kumo', `${first}-0`, '--lang', 'ja')).out, /理由 +check/);
  await done('quarantine', 'release', 'kumo', `${first}-0`, '--note', '本人に確認');
  await house.until(async () => (await stepsOf(first)).at(-1) === 'delivery delivered');
  assert.deepEqual((await stepsOf(first)).slice(-3), ['holding opened', 'holding released', 'delivery delivered']);
  await done('quarantine', 'delete', 'kumo', `${second}-0`);
  assert.equal((await sekisho('quarantine', 'release', 'kumo', `${second}-0`)).code, 1);
  assert.equal((await sekisho('quarantine', 'release', 'yama', `${second}-0`)).code, 4);
  assert.deepEqual(await held(), []);
  assert.match((await done('policy', 'revert', 'kumo', '0')).out, /^- minutes: /);
});

test('mail that waits is listed, tried again and stopped', async () => {
  const id = await send('later@kumo.test', ESTIMATE);
  const row = async () =>
    (await json<{ rows: { state: string; attempts: number }[] }>('queue', 'list', 'kumo')).rows[0];
  await house.until(async () => (await row())?.attempts === 1 && (await row())?.state === 'waiting');
  assert.match((await done('queue', 'list', 'kumo')).out, /451 4\.2\.0 later/);
  await done('queue', 'retry', 'kumo', '--all');
  await house.until(async () => (await row())?.attempts === 2 && (await row())?.state === 'waiting');
  await done('queue', 'cancel', 'kumo', '--message', id, '--note', '誤送信');
  assert.equal(await row(), undefined);
  assert.equal((await sekisho('queue', 'cancel', 'kumo', '--message', id)).code, 4);
  assert.equal((await sekisho('queue', 'cancel', 'kumo')).code, 2);
  assert.equal((await stepsOf(id)).at(-1), 'delivery cancelled');
});

test('settings are set for a tenant, told, and taken away', async () => {
  await done('setting', 'set', 'quarantine.days', '30', '--tenant', 'kumo');
  assert.match((await done('setting', 'history', 'quarantine.days', '--tenant', 'kumo')).out, /30/);
  await done('setting', 'set', 'queue.retry-minutes', '1,2,5');
  assert.match((await done('setting', 'list', '--lang', 'ja')).out, /queue\.retry-minutes +1,2,5 +minutes +全体/);
  await done('setting', 'unset', 'quarantine.days', '--tenant', 'kumo');
  assert.equal((await sekisho('setting', 'set', 'quarantine.day', '3')).code, 2);
  assert.equal((await sekisho('setting', 'set', 'quarantine.days', '0')).code, 1);
});

test('verify reads everything again, also under a new root key, and after the core was killed', async () => {
  await house.settled();
  assert.match((await done('verify')).out, /kumo: 4 checked, all good\nyama: 0 checked, all good\n/);
  const key = join(house.folder, 'root.key');
  const before = readFileSync(key, 'utf8');
  assert.match((await done('keys', 'rotate')).err, /Keep a copy of this file/);
  assert.notEqual(readFileSync(key, 'utf8'), before);
  assert.equal(statSync(key).mode & 0o777, 0o600);
  assert.match((await done('verify', 'kumo')).out, /4 checked, all good/);
  await house.kill('core');
  assert.match((await done('verify', 'kumo')).out, /4 checked, all good/);
  const id = await send('hanako@kumo.test', ESTIMATE);
  await house.until(async () => (await stepsOf(id)).includes('delivery delivered'));
});

test('doctor says what is wrong with a tenant, and a suspended one takes no mail', async () => {
  const doctor = await sekisho('doctor');
  assert.match(doctor.out, /mind {2}yama: it has no domain\n {6}→ Add one: sekisho domain add yama DOMAIN/);
  assert.match(doctor.out, /mind {2}antivirus is switched off/);
  assert.equal(doctor.code, 0, doctor.out);
  await done('tenant', 'suspend', 'kumo');
  await assert.rejects(send('hanako@kumo.test', ESTIMATE), /rejected/);
  assert.match((await sekisho('doctor', '--lang', 'ja')).out, /注 {2}kumo: テナントは停止中です/);
  await done('tenant', 'resume', 'kumo');
  await send('hanako@kumo.test', ESTIMATE);
});

test('after a stop, commands say that nobody answers', async () => {
  await house.settled();
  assert.equal((await house.stop()).code, 0);
  assert.equal((await sekisho('tenant', 'list')).code, 3);
});
