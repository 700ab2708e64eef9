import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, test } from 'node:test';
import Encoding from 'encoding-japanese';
import { makePdf } from '../testing/make-pdf.ts';
import { PdfReader } from './pdf-reader.ts';

const reader = new PdfReader();
after(() => reader.close());

const TEXT = '関所の御見積書 Sekisho 2026';
const sjis = Buffer.from(Encoding.convert(TEXT, { to: 'SJIS', from: 'UNICODE', type: 'array' }));

test('PdfReader reads Japanese text in predefined CMaps from local files', async () => {
  const inSjis = await reader.read(makePdf(sjis, '90ms-RKSJ-H'), 1000, 10_000);
  assert.equal(inSjis.end, 'whole');
  assert.equal(inSjis.text.trim(), TEXT);
  const utf16 = Buffer.from(TEXT, 'utf16le').swap16();
  assert.equal((await reader.read(makePdf(utf16, 'UniJIS-UTF16-H'), 1000, 10_000)).text.trim(), TEXT);
});

test('PdfReader cuts at the characters wanted, and says so', async () => {
  assert.deepEqual(await reader.read(makePdf(sjis, '90ms-RKSJ-H'), 5, 10_000), { text: TEXT.slice(0, 5), end: 'cut' });
});

test('PdfReader says what is damaged, and gives up at its deadline', async () => {
  assert.equal((await reader.read(Buffer.from('%PDF-1.4 and nothing'), 100, 10_000)).end, 'damaged');
  assert.deepEqual(await reader.read(makePdf(sjis, '90ms-RKSJ-H'), 100, 0), { text: '', end: 'late' });
  assert.equal((await reader.read(makePdf(sjis, '90ms-RKSJ-H'), 1000, 10_000)).text.trim(), TEXT);
});

test('PdfReader prints nothing: no warnings about things that only drawing needs', () => {
  const script = `
    import { PdfReader } from ${JSON.stringify(new URL('./pdf-reader.ts', import.meta.url).href)};
    const reader = new PdfReader();
    const { text } = await reader.read(Buffer.from(process.argv[1], 'base64'), 1000, 10000);
    console.log(text.trim());
    await reader.close();`;
  const pdf = makePdf(sjis, '90ms-RKSJ-H').toString('base64');
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script, pdf], { encoding: 'utf8' });
  assert.deepEqual([run.stdout.trim(), run.stderr], [TEXT, '']);
});
