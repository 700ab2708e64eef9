import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Folder of the mails that this project made for its tests. */
export const FIXTURES = join(import.meta.dirname, '..', '..', '..', '..', 'fixtures', 'mail');

/** A mail of a folder of fixtures. */
export interface FixtureMail {
  readonly name: string;
  readonly raw: Buffer;
}

/** The mails of a folder, as a client would send them. */
export function fixtureMails(folder: string): FixtureMail[] {
  return readdirSync(join(FIXTURES, folder))
    .filter((name) => /\.eml(\.gz)?$/.test(name))
    .sort()
    .map((name) => {
      const octets = readFileSync(join(FIXTURES, folder, name));
      return { name, raw: asSent(name.endsWith('.gz') ? gunzipSync(octets) : octets) };
    });
}

/** What lies in a file with LF alone is sent with CRLF; everything else as it is, and with a last line end. */
export function asSent(octets: Buffer): Buffer {
  const text = octets.toString('latin1');
  const sent = text.includes('\r') ? text : text.replaceAll('\n', '\r\n');
  return Buffer.from(sent === '' || sent.endsWith('\r\n') ? sent : `${sent}\r\n`, 'latin1');
}

/** True when no server may take it: bare CR, bare LF (RFC 5321 §2.3.8), NUL, a header above 1 MiB, or 100 hops. */
export function isUnfit(raw: Buffer): boolean {
  const text = raw.toString('latin1');
  if (/\r(?!\n)|(?<!\r)\n|\0/.test(text)) return true;
  const end = text.startsWith('\r\n') ? 0 : text.indexOf('\r\n\r\n');
  const header = end < 0 ? text : text.slice(0, end);
  return header.length > 1024 * 1024 || (header.match(/^received:/gim)?.length ?? 0) >= 100;
}
