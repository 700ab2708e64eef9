import { globSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { splitMailbox } from './split-mailbox.ts';

/** A mail of the corpora as it goes over the wire. */
export interface CorpusMail {
  /** Path below the folder of the corpora; members of a mailbox have their number behind `#`. */
  readonly path: string;
  /** Octets between DATA and the final dot, unstuffed. */
  readonly octets: Buffer;
}

/** Everything that the folder holds. */
export interface Corpora {
  readonly mails: readonly CorpusMail[];
  /** Files that are about mails or tests, not mails. */
  readonly others: readonly string[];
  /** How many of the mails are documents that we put into a mail of ours. */
  readonly documents: number;
}

const ABOUT = /(?:^|\/)(?:LICENSE|COPYING|\.git)|\.(?:md|json|yml|dat|LICENSE|CHANGES)$/;
const DOCUMENT = /\.(?:docx?|docm|xlsx?|xlsm|pptx?|odt|rtf|slk|csv|zip|xml|xml\.gz)$/;
const SINGLE = /\.eml(?:\.gz)?$/;

/** Reads all mails below a folder. Throws when there is no such folder, or nothing in it. */
export function collectMails(folder: string): Corpora {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new Error(`Cannot read the corpora: "${folder}" is no folder`);
  const files = globSync('**/*', { cwd: folder })
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort();
  const others = files.filter((path) => ABOUT.test(path));
  const documents = files.filter((path) => DOCUMENT.test(path));
  const mails = files.filter((path) => !ABOUT.test(path)).flatMap((path) => mailsOf(folder, path));
  if (mails.length === 0) throw new Error(`Cannot read the corpora: no mail in "${folder}"`);
  return { mails, others, documents: documents.length };
}

function mailsOf(folder: string, path: string): CorpusMail[] {
  const octets = readFileSync(join(folder, path));
  if (DOCUMENT.test(path)) return [{ path, octets: mailAround(basename(path), octets) }];
  if (SINGLE.test(path)) return [{ path, octets: asSent(path.endsWith('.gz') ? gunzipSync(octets) : octets) }];
  const members = splitMailbox(octets);
  if (members.length === 1) return [{ path, octets: asSent(members[0]!) }];
  return members.map((member, number) => ({ path: `${path}#${number + 1}`, octets: asSent(member) }));
}

/** Only LF line ends become CRLF; all else stays as it is. The last line gets its CRLF, without which DATA cannot end. */
export function asSent(octets: Buffer): Buffer {
  const isOnlyLf = !octets.includes(13) && octets.includes(10);
  const lines = isOnlyLf ? Buffer.from(octets.toString('latin1').replaceAll('\n', '\r\n'), 'latin1') : octets;
  const isEnded = lines.length === 0 || lines.subarray(-2).toString('latin1') === '\r\n';
  return isEnded ? lines : Buffer.concat([lines, Buffer.from('\r\n')]);
}

function mailAround(name: string, document: Buffer): Buffer {
  const lines = [
    'From: <corpora@sender.test>',
    'Subject: document of the corpora',
    'Date: Fri, 20 Nov 2026 12:00:00 +0900',
    'MIME-Version: 1.0',
    `Content-Type: application/octet-stream; name="${name}"`,
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: attachment; filename="${name}"`,
    '',
    ...(document.toString('base64').match(/.{1,76}/g) ?? []),
    '',
  ];
  return Buffer.from(lines.join('\r\n'));
}
