/** Class of bugs: temporary files left behind by failed parses (CVE-2022-45935). Inspection writes none at all. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

test('inspection leaves nothing in the folder for temporary files, nor where it was started', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-temporary-'));
  const script = `
    import { expectedOf, fixture, inspectMail } from ${JSON.stringify(new URL('./testing/inspect-mail.ts', import.meta.url).href)};
    let count = 0;
    for (const name of Object.keys(expectedOf('hostile-generated'))) {
      await inspectMail(fixture('hostile-generated/' + name), { limits: { archiveMs: 500, textMs: 500 } });
      count += 1;
    }
    console.log(count);`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: folder,
    env: { ...process.env, TMPDIR: folder },
    encoding: 'utf8',
  });
  assert.deepEqual([stdout.trim(), stderr], ['71', '']);
  assert.deepEqual(readdirSync(folder), []);
  rmSync(folder, { recursive: true });
});
