import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Config, readConfig } from '@sekisho/config';
import { selfSigned } from '@sekisho/smtp/testing';
import { createRootKey } from '@sekisho/vault';
import { examineAntivirus } from './antivirus.ts';
import { examineCertificate } from './certificate.ts';
import { examineDataFolder } from './data-folder.ts';
import { examineDns, examineHostname } from './network.ts';
import { examineRootKey } from './root-key.ts';

const folder = mkdtempSync(join(tmpdir(), 'sekisho-doctor-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const DAY_MS = 86_400_000;

function configWith(text: string): Config {
  const file = join(folder, 'sekisho.toml');
  writeFileSync(file, text);
  return readConfig(file, {});
}

test('examineRootKey() finds a key that is not there, that others may read, and one that is well', () => {
  const config = configWith('');
  assert.equal(examineRootKey(config).level, 'bad');
  createRootKey(join(folder, 'root.key'));
  assert.equal(examineRootKey(config).level, 'good');
  chmodSync(join(folder, 'root.key'), 0o644);
  const open = examineRootKey(config);
  assert.equal(open.level, 'bad');
  assert.match(open.todo!.en, /chmod 600/);
});

test('examineDataFolder() finds a folder that is not there, that others may enter, and one without room', () => {
  const levels = (config: Config) => examineDataFolder(config).map(({ id, level }) => `${id} ${level}`);
  const config = configWith('data = "./d"\n[limits]\nreserve_mib = 16\n');
  assert.deepEqual(levels(config), ['data-folder bad']);
  mkdirSync(join(folder, 'd'), { mode: 0o700 });
  assert.deepEqual(levels(config), ['disk good']);
  chmodSync(join(folder, 'd'), 0o755);
  assert.deepEqual(levels(config), ['data-folder bad', 'disk good']);
  assert.equal(levels(configWith('data = "./d"\n[limits]\nreserve_mib = 1048576\n')).at(-1), 'disk bad');
});

test('examineCertificate() finds none, one of another name, one that has ended, and a key that does not fit', () => {
  assert.equal(examineCertificate(configWith(''), Date.now()).level, 'warning');
  const [one, other] = [selfSigned('mx.kumo.example'), selfSigned('mx.kumo.example')];
  writeFileSync(join(folder, 'cert.pem'), one.cert);
  writeFileSync(join(folder, 'key.pem'), one.key);
  const tls = '[tls]\ncertificate = "./cert.pem"\nkey = "./key.pem"\n';
  const config = configWith(`hostname = "mx.kumo.example"\n${tls}`);
  const level = (at: number, given = config) => examineCertificate(given, at).level;
  const now = Date.now();
  assert.equal(level(now, configWith(`hostname = "other.example"\n${tls}`)), 'warning');
  assert.equal(level(now + 36_500 * DAY_MS), 'bad');
  assert.equal(level(now - 36_500 * DAY_MS), 'bad');
  writeFileSync(join(folder, 'key.pem'), other.key);
  assert.match(examineCertificate(config, now).what.en, /is not the key of/);
  writeFileSync(join(folder, 'cert.pem'), 'no certificate');
  assert.equal(level(now), 'bad');
});

test('examineAntivirus() finds clamd that is off, silent, or has old signatures', async () => {
  const now = Date.UTC(2026, 10, 20, 12);
  assert.equal((await examineAntivirus(configWith('[clamd]\ndisabled = true\n'), now)).level, 'warning');
  let version = 'ClamAV 1.4.3/27500/Thu Nov 19 08:00:00 2026';
  const server = createServer((socket) => {
    socket.once('data', (asked) => socket.end(asked.toString() === 'zPING\0' ? 'PONG\0' : `${version}\0`));
  });
  const path = join(folder, 'clamd.sock');
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const config = configWith(`[clamd]\nsocket = ${JSON.stringify(path)}\n`);
  const levelOf = async (text: string) => {
    version = text;
    return (await examineAntivirus(config, now)).level;
  };
  assert.equal(await levelOf('ClamAV 1.4.3/27500/Thu Nov 19 08:00:00 2026'), 'good');
  assert.equal(await levelOf('ClamAV 1.4.3/27500/Sun Nov 15 08:00:00 2026'), 'warning');
  assert.equal(await levelOf('ClamAV 1.4.3/27500/Sun Nov  1 08:00:00 2026'), 'bad');
  assert.equal(await levelOf('ClamAV 1.4.3'), 'bad');
  await new Promise((resolve) => server.close(resolve));
  assert.equal((await examineAntivirus(config, now)).level, 'bad');
});

test('examineDns() mentions that zones of a file answer; examineHostname() wants a dot', async () => {
  assert.equal((await examineDns(configWith('[dns]\nzones_file = "./zones.json"\n'))).level, 'warning');
  assert.equal(examineHostname(configWith('hostname = "mx"\n')).level, 'warning');
  assert.equal(examineHostname(configWith('hostname = "mx.kumo.example"\n')).level, 'good');
});
