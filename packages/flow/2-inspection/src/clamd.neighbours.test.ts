/** Against a real clamd with signatures of our own. Fails where clamd is not installed. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { systemClock } from '@sekisho/ports';
import { askClamd } from './antivirus/ask-clamd.ts';
import { ClamdPool } from './antivirus/clamd-pool.ts';
import { INSPECTION_LIMITS } from './limits.ts';
import { encodedMailWith, expectedOf, factsNamed, fixture, inspectMail, mailWith } from './testing/inspect-mail.ts';
import { makeZip } from './testing/make-files.ts';
import { MARKER, type RunningClamd, startClamd } from './testing/start-clamd.ts';

const folder = mkdtempSync(join(tmpdir(), 'sekisho-clamd-'));
const LIMITS = { connections: 2, connectMs: 3000, deadlineMs: 20_000, octets: INSPECTION_LIMITS.antivirusOctets };
let clamd: RunningClamd;

before(async () => {
  clamd = await startClamd(folder);
});

after(async () => {
  await clamd?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function verdictOn(raw: Buffer | string) {
  const { facts } = await inspectMail(raw, { clamd: clamd.address });
  assert.deepEqual(factsNamed(facts, 'inspection/failed'), []);
  const [verdict] = factsNamed(facts, 'antivirus/verdict');
  return verdict as { state: string; signature?: string; reason?: string };
}

test('askClamd() asks a real clamd for its version', async () => {
  assert.match(await askClamd(clamd.address, 'VERSION', 3000), /^ClamAV /);
});

test('ClamdPool keeps one session with a real clamd for many scans', async () => {
  const pool = new ClamdPool(clamd.address, { ...LIMITS, connections: 1 }, systemClock());
  for (let i = 0; i < 50; i++) {
    const octets = Buffer.from(i % 2 ? `mail ${i}` : `mail with ${MARKER}`);
    assert.equal((await pool.scan(octets)).state, i % 2 ? 'clean' : 'infected');
  }
  assert.deepEqual(await pool.scan(Buffer.alloc(0)), { state: 'clean' });
  pool.close();
});

test('antivirus finds the test string in every wrapping of the hostile corpus, or says that it could not look', async () => {
  const names = Object.keys(expectedOf('hostile-generated')).filter((name) => /^eicar|lying-size/.test(name));
  assert.equal(names.length, 9);
  for (const name of names) {
    const verdict = await verdictOn(fixture(`hostile-generated/${name}`));
    if (name === 'eicar-zip-20-deep.eml') assert.equal(verdict.state, 'unscannable', name);
    else assert.equal(verdict.state, 'infected', `${name}: ${JSON.stringify(verdict)}`);
  }
});

test('antivirus finds the marker in parts that only some readers see', async () => {
  assert.equal((await verdictOn(encodedMailWith(Buffer.from(MARKER), 'a.txt'))).state, 'infected');
  assert.equal((await verdictOn(mailWith(makeZip({ a: MARKER }), 'a.zip'))).state, 'infected');
  const conflict = mailWith(Buffer.from(MARKER), 'a.txt').replace(
    'Content-Transfer-Encoding: base64',
    'Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64',
  );
  assert.equal((await verdictOn(conflict)).state, 'infected');
});

test('antivirus calls ordinary Japanese mail clean, and nothing that needs a password', async () => {
  for (const name of Object.keys(expectedOf('japanese-generated'))) {
    const isLocked = /ppap-(zipcrypto|aes256)|7z-encrypted/.test(name);
    const expected = isLocked ? { state: 'unscannable', reason: 'encrypted' } : { state: 'clean' };
    assert.deepEqual(await verdictOn(fixture(`japanese-generated/${name}`)), expected, name);
  }
});

test('antivirus says "unscannable" for bombs and fragments', async () => {
  for (const name of ['zipbomb-flat-200mb.eml', 'gz-bomb.eml', 'zip-many-entries.eml.gz', 'partial-1.eml']) {
    assert.equal((await verdictOn(fixture(`hostile-generated/${name}`))).state, 'unscannable', name);
  }
});

test('a clamd that takes less than our limit makes large mail unscannable, never clean', async () => {
  const small = mkdtempSync(join(tmpdir(), 'sekisho-clamd-'));
  {
    await using strict = await startClamd(small, ['StreamMaxLength 1M']);
    const pool = new ClamdPool(strict.address, LIMITS, systemClock());
    for (const mebi of [2, 20]) {
      const verdict = await pool.scan(Buffer.alloc(mebi * 1024 * 1024, 'x'));
      assert.equal(verdict.state, 'unscannable', JSON.stringify(verdict));
    }
    assert.deepEqual(await pool.scan(Buffer.from('small')), { state: 'clean' });
    pool.close();
  }
  rmSync(small, { recursive: true, force: true });
});

test('ClamdPool goes on with a clamd that was restarted', async () => {
  const own = mkdtempSync(join(tmpdir(), 'sekisho-clamd-'));
  const first = await startClamd(own);
  const pool = new ClamdPool(first.address, LIMITS, systemClock());
  assert.deepEqual(await pool.scan(Buffer.from('a')), { state: 'clean' });
  await first.stop();
  assert.equal((await pool.scan(Buffer.from('b'))).state, 'unscannable');
  const second = await startClamd(own);
  assert.deepEqual(await pool.scan(Buffer.from('c')), { state: 'clean' });
  pool.close();
  await second.stop();
  rmSync(own, { recursive: true, force: true });
});

test('clamd keeps none of the mail it was given', () => {
  assert.deepEqual(readdirSync(folder).sort(), ['clamd.conf', 'clamd.log', 'clamd.sock', 'signatures']);
});
