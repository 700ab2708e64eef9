import type { Reply } from '@sekisho/terms';

/** Octets of a reply line without code, enhanced code and CRLF, so that the whole stays below 512 (RFC 5321 §4.5.3.1.5). */
const TEXT_OCTETS = 480;

/**
 * Writes a reply, over several lines when it has several texts (RFC 5321 §4.2.1); the enhanced code stands on each line
 * (RFC 2034 §4). What is not printable ASCII becomes `?`, so no text can end a line.
 */
export function formatReply(reply: Reply): string {
  const texts = typeof reply.text === 'string' ? [reply.text] : reply.text;
  const lines = texts.flatMap(printableLines);
  if (lines.length === 0) lines.push('');
  const enhanced = reply.enhanced === undefined ? '' : `${reply.enhanced} `;
  const last = lines.length - 1;
  return lines.map((line, at) => `${reply.code}${at === last ? ' ' : '-'}${enhanced}${line}\r\n`).join('');
}

function printableLines(text: string): string[] {
  const clean = text.replace(/[^\x20-\x7e]/gu, '?');
  if (clean.length <= TEXT_OCTETS) return [clean];
  const lines: string[] = [];
  for (let at = 0; at < clean.length; at += TEXT_OCTETS) lines.push(clean.slice(at, at + TEXT_OCTETS));
  return lines;
}
