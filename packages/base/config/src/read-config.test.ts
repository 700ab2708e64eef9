import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { UnknownNameError } from './errors.ts';
import { readConfig } from './read-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'sekisho-config-'));
after(() => rmSync(folder, { recursive: true }));

function read(toml: string, env: Record<string, string> = {}) {
  const file = join(folder, 'sekisho.toml');
  writeFileSync(file, toml);
  return readConfig(file, env);
}

test('readConfig() needs no file: the defaults are a whole configuration', () => {
  const config = readConfig(null, {});
  assert.equal(config.data, join(process.cwd(), 'data'));
  assert.deepEqual(config.rootKey, { file: join(process.cwd(), 'root.key') });
  assert.deepEqual(config.listeners.smtp, { host: '::', port: 2525 });
  assert.deepEqual(config.clamd, { host: '127.0.0.1', port: 3310 });
  assert.equal(config.tls, null);
  assert.ok(config.hostname.length > 0 && config.processes.scan >= 1 && config.processes.writers >= 1);
});

test('readConfig() takes what the file says, with paths from its folder', () => {
  const config = read(`
    data = "mail"
    hostname = "MX.example.jp"
    [smtp]
    port = 25
    [tls]
    certificate = "/etc/tls/chain.pem"
    key = "tls.key"
    [clamd]
    socket = "/run/clamd"
    [dns]
    servers = ["192.0.2.1:5353"]
    cache_ttl_seconds = 7
    [delivery]
    only_loopback = true
    [root_key]
    env = "MY_KEY"`);
  assert.equal(config.data, join(folder, 'mail'));
  assert.equal(config.hostname, 'mx.example.jp');
  assert.equal(config.listeners.smtp.port, 25);
  assert.deepEqual(config.tls, { certificate: '/etc/tls/chain.pem', key: join(folder, 'tls.key') });
  assert.deepEqual(config.clamd, { socket: '/run/clamd' });
  assert.deepEqual([config.dns.servers, config.dns.cache.ttlMs], [['192.0.2.1:5353'], 7000]);
  assert.deepEqual([config.delivery.onlyLoopback, config.rootKey], [true, { env: 'MY_KEY' }]);
});

test('readConfig() lets the environment go before the file', () => {
  const env = {
    SEKISHO_DATA: '/srv/mail',
    SEKISHO_SMTP_PORT: '1',
    SEKISHO_SUBMISSION_PORT: '2',
    SEKISHO_SUBMISSIONS_PORT: '3',
    SEKISHO_HTTP_PORT: '4',
  };
  const { data, listeners } = read('data = "mail"\n[smtp]\nport = 25', env);
  assert.equal(data, '/srv/mail');
  assert.deepEqual(
    Object.values(listeners).map(({ port }) => port),
    [1, 2, 3, 4],
  );
});

test('readConfig() refuses an unknown key and names the nearest known one', () => {
  const refused: [string, string, string | null][] = [
    ['hostnme = "a"', 'hostnme', 'hostname'],
    ['[smtp]\nprot = 25', 'smtp.prot', 'smtp.port'],
    ['[smpt]\nport = 25', 'smpt', 'smtp'],
    ['publicurl = "https://a.example"', 'publicurl', 'public_url'],
    ['frobnicate = true', 'frobnicate', null],
    ['[frobnicator]\nx = 1', 'frobnicator', null],
    ['constructor = 1', 'constructor', null],
    ['"__proto__" = 1', '__proto__', null],
  ];
  for (const [toml, name, nearest] of refused)
    assert.throws(
      () => read(toml),
      (error: Error) => {
        assert.ok(error instanceof UnknownNameError, String(error));
        assert.deepEqual(error.detail, { kind: 'configuration key', name, nearest });
        return true;
      },
    );
});

test('readConfig() refuses values that a key does not take, and says which', () => {
  const refused: [string, RegExp][] = [
    ['[smtp]\nport = 70000', /key "smtp\.port": got 70000/],
    ['[smtp.port]\na = 1', /key "smtp\.port"/],
    ['[smtp]\nport = "25"', /key "smtp\.port"/],
    ['public_url = "ftp://a.example"', /key "public_url"/],
    ['public_url = "https://a.example/"', /must not end in "\/"/],
    ['[log]\nlevel = "loud"', /key "log\.level"/],
    ['[tls]\ncertificate = "a.pem"', /one of them is missing/],
    ['[root_key]\nfile = "data/root.key"', /inside the data folder/],
    ['data = ', /file ".*": line 1/],
  ];
  for (const [toml, message] of refused) assert.throws(() => read(toml), { name: 'ConfigError', message });
  assert.throws(() => read('', { SEKISHO_SMTP_PORT: 'smtp' }), /variable SEKISHO_SMTP_PORT: got "smtp"/);
  assert.throws(() => readConfig(join(folder, 'nowhere.toml'), {}), /cannot be read/);
});

test('readConfig() runs without antivirus only when told so', () => {
  assert.equal(read('[clamd]\ndisabled = true').clamd, null);
});
