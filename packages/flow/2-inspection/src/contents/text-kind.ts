import type { ContentKind } from './kinds.ts';

const SAMPLE_OCTETS = 4096;

/** Tells texts (HTML, XML, SVG, scripts by shebang, mail, plain) from binary octets; `unknown` is no text. */
export function textKind(octets: Buffer): ContentKind {
  const sample = octets.subarray(0, SAMPLE_OCTETS);
  const isWide = sample.length >= 2 && (sample.readUInt16LE(0) === 0xfeff || sample.readUInt16LE(0) === 0xfffe);
  if (!isWide && isBinary(sample)) return 'unknown';
  const text = (isWide ? sample.toString('latin1').replaceAll('\0', '') : sample.toString('latin1'))
    .replace(/^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '')
    .trimStart();
  if (text.startsWith('#!')) return 'script';
  const start = text.slice(0, 512).toLowerCase();
  if (start.startsWith('<?php')) return 'script';
  if (/^(<!--|<!doctype html|<(html|head|body|script|iframe|table|div|p|a|meta|style|title|h1|br)[\s>/])/.test(start))
    return start.startsWith('<!--') && !text.toLowerCase().includes('<html') ? 'text' : 'html';
  if (start.startsWith('<svg')) return 'svg';
  if (start.startsWith('<?xml')) return xmlKind(text.toLowerCase());
  if (/^(received|return-path|from|delivered-to|dkim-signature|mime-version): /.test(start)) return 'mail';
  return 'text';
}

function xmlKind(text: string): ContentKind {
  if (text.includes('<svg')) return 'svg';
  return text.includes('<html') ? 'html' : 'xml';
}

/** NUL, or many control characters; ESC belongs to ISO-2022-JP, SUB ends old texts. */
function isBinary(sample: Buffer): boolean {
  let controls = 0;
  for (const octet of sample) {
    if (octet === 0) return true;
    if (
      octet < 0x20 &&
      octet !== 0x09 &&
      octet !== 0x0a &&
      octet !== 0x0d &&
      octet !== 0x0c &&
      octet !== 0x1b &&
      octet !== 0x1a
    )
      controls += 1;
  }
  return controls * 50 > sample.length;
}
