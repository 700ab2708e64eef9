import { createHash } from 'node:crypto';
import type { Chance } from './chance.ts';

/** A message that the drills send, with a number that can be found again wherever it goes. */
export interface DrillMail {
  readonly number: number;
  /** Octets between DATA and the final dot, unstuffed. */
  readonly raw: Buffer;
  /** SHA-256 of them, in hexadecimal. */
  readonly digest: string;
}

/** First octets of each drill's message: what stands before them was added on the way. */
const MARK = 'X-Drill-Number: ';

const WORDS = [
  '見積書',
  '請求',
  '会議のご案内',
  '御社',
  '納品',
  'サーバー',
  '障害報告',
  '関所',
  'ﾃｽﾄ',
  '髙橋',
  'invoice',
  'report',
];
const LARGE_OCTETS = [1.05, 1.3, 1.7].map((mib) => Math.floor(mib * 1024 * 1024));

/** How many octets of content a message has: mostly small, some of many pages, a few above 1 MiB. */
export function drillSize(chance: Chance, largeShare: number): number {
  const fate = chance.next();
  if (fate < largeShare) return chance.pick(LARGE_OCTETS);
  if (fate < 0.65) return chance.between(200, 4000);
  if (fate < 0.93) return chance.between(4000, 40_000);
  return chance.between(40_000, 200_000);
}

/** Composes message `number`: Japanese in header and text, lines that begin with a dot, and an attachment when large. */
export function composeDrillMail(number: number, contentOctets: number, chance: Chance): DrillMail {
  const subject = `=?UTF-8?B?${Buffer.from(`${chance.pick(WORDS)} ${number}号`).toString('base64')}?=`;
  const boundary = `drill-${number}-${chance.between(1, 1e9)}`;
  const text: string[] = [];
  for (let octets = 0; octets < Math.min(contentOctets, 3000); octets += 90)
    text.push(
      `${chance.next() < 0.1 ? '.' : ''}${chance.pick(WORDS)}の件、${chance.pick(WORDS)}を${number}通目に送ります。${drillWord(number)}`,
    );
  const rest = Math.max(0, contentOctets - 3000);
  const lines = [
    `${MARK}${number}`,
    `From: =?ISO-2022-JP?B?GyRCNFg9ahsoQg==?= <drill@sender.test>`,
    `Message-ID: <${number}.${chance.seed}@sender.test>`,
    `Subject: ${subject}`,
    'Date: Fri, 20 Nov 2026 12:00:00 +0900',
    'MIME-Version: 1.0',
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    ...text,
    `--${boundary}`,
    'Content-Type: application/octet-stream; name="drill.bin"',
    'Content-Transfer-Encoding: base64',
    '',
    ...base64Lines(chance.octets(Math.floor((rest * 3) / 4))),
    `--${boundary}--`,
    '',
  ];
  const raw = Buffer.from(lines.join('\r\n'));
  return { number, raw, digest: digestOf(raw) };
}

/** The number of a message and its octets without what was put before them on the way; `null` for other mail. */
export function readDrillMail(delivered: Buffer): DrillMail | null {
  const at = delivered.indexOf(MARK);
  if (at < 0) return null;
  const raw = delivered.subarray(at);
  const number = Number(raw.toString('latin1', MARK.length, MARK.length + 12).split('\r')[0]);
  return { number, raw, digest: digestOf(raw) };
}

/** A word that stands in the text of this message and of no other. */
export const drillWord = (number: number): string => `drill${number}`;

export const digestOf = (octets: Buffer): string => createHash('sha256').update(octets).digest('hex');

function base64Lines(octets: Buffer): string[] {
  return octets.toString('base64').match(/.{1,76}/g) ?? [];
}
