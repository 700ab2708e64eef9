import { readFileSync, globSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { mutate } from './mutate.ts';
import { Seeded } from './seeded.ts';
import type { TestSigner } from './test-signer.ts';

const HEADER = [
  'Received: by mx.signer.example; Fri, 20 Nov 2026 10:00:00 +0000',
  'From: Hanako  <hanako@signer.example>',
  'To: Taro <taro@example.jp>,\r\n Jiro <jiro@example.jp>',
  'Subject: =?UTF-8?B?5Lya6K2w?= minutes of  the day',
  'Date: Fri, 20 Nov 2026 10:00:00 +0000',
  'MIME-Version: 1.0',
].join('\r\n');

const BODIES = [
  'Dear Taro,\r\n\r\nplease find  the minutes\tof today.\r\n.\r\n  indented line \r\n\r\nHanako\r\n',
  'One line without any white space at all:\r\n'.replace(/ /g, '_').repeat(40),
  'no final line end',
  '',
  '\r\n\r\n',
  ' \r\n\t\r\n \r\n',
  '会議の資料をお送りします。\r\n　全角の字下げ\r\n'.repeat(3),
  `${'tabs\tand  spaces \t '.repeat(1200)}\r\n\r\n \r\nend \r\n \r\n`,
];

/** What h= holds instead of the ordinary names: oversigned, absent, mere From, and other signatures. */
const OTHER_NAMES = [
  ['From', 'From', 'To', 'Subject', 'Subject', 'Cc'],
  ['From', 'To', 'Received', 'Received', 'X-Absent', 'MIME-Version'],
  ['from'],
  ['From', 'Subject', 'DKIM-Signature'],
];

/** A message of ours signed in a way that `chance` decides, and its damaged form. One in fifty stays whole. */
export function mutatedSample(signer: TestSigner, seed: number): { readonly raw: Buffer; readonly how: string } {
  const chance = new Seeded(seed);
  const body = chance.pick(BODIES);
  let raw: Buffer = Buffer.from(`${HEADER}\r\n\r\n${body}`);
  for (let count = chance.below(10) === 0 ? 2 : 1; count > 0; count--) {
    raw = signer.sign(raw, {
      type: chance.pick(['rsa', 'ed25519']),
      header: chance.pick(['simple', 'relaxed']),
      body: chance.pick(['simple', 'relaxed']),
      ...(chance.below(6) === 0 && { bodyOctets: chance.below(body.length + 20) }),
      ...(chance.below(4) === 0 && { names: chance.pick(OTHER_NAMES) }),
    });
  }
  return chance.below(50) === 0 ? { raw, how: 'nothing' } : mutate(raw, chance);
}

/** The mails below a folder as SMTP would bring them: lines end in CRLF. */
export function* mailsBelow(folder: string): Generator<{ readonly file: string; readonly raw: Buffer }> {
  for (const file of globSync('**/*.eml{,.gz}', { cwd: folder }).sort()) {
    const octets = readFileSync(`${folder}/${file}`);
    const text = (file.endsWith('.gz') ? gunzipSync(octets) : octets).toString('latin1');
    yield { file, raw: Buffer.from(text.replace(/\r?\n/g, '\r\n'), 'latin1') };
  }
}
