import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { giveFolder, identityOf, whyRoot } from './identity.ts';

test('identityOf() reads numbers and names, and gives up nothing when not root or asked to stay', () => {
  assert.deepEqual(identityOf('1000', true), { uid: 1000, gid: 1000 });
  assert.deepEqual(identityOf('1000:2000', true), { uid: 1000, gid: 2000 });
  assert.deepEqual(identityOf('daemon', true)!.uid > 0, true);
  assert.equal(identityOf('daemon', false), null);
  assert.equal(identityOf('root', true), null);
  assert.equal(identityOf(null, true), null);
});

test('whyRoot() tells staying by omission from staying on request', () => {
  assert.equal(whyRoot(null), 'run_as is not set');
  assert.equal(whyRoot('root'), 'run_as is "root"');
});

test('identityOf() refuses a user that the machine does not have', () => {
  assert.throws(() => identityOf('no-such-user', true), { id: 'run-as' });
});

test('giveFolder() gives files of root below a folder that is the account’s already', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-give-'));
  try {
    mkdirSync(join(folder, 'installation'));
    writeFileSync(join(folder, 'installation', 'g000001.db'), '');
    symlinkSync('/etc/passwd', join(folder, 'link'));
    const account =
      process.getuid!() === 0 ? { uid: 12_345, gid: 12_345 } : { uid: process.getuid!(), gid: process.getgid!() };
    giveFolder(folder, account);
    writeFileSync(join(folder, 'installation', 'g000002.db'), '');
    giveFolder(folder, account);
    for (const name of ['.', 'link', 'installation', 'installation/g000001.db', 'installation/g000002.db']) {
      assert.equal(lstatSync(join(folder, name)).uid, account.uid, name);
    }
    assert.equal(lstatSync('/etc/passwd').uid, 0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
