import { fileExtension, SCRIPT_EXTENSIONS } from './file-extension.ts';
import type { ContentKind } from './kinds.ts';
import { textKind } from './text-kind.ts';

/** Octets from the beginning that are enough to tell a kind (ISO 9660 has its mark at 32,769). */
export const KIND_HEAD_OCTETS = 36 * 1024;

const mark = (text: string) => Buffer.from(text, 'latin1');

/** Marks at offset 0, longer ones before their prefixes. */
const MARKS: readonly (readonly [Buffer, ContentKind])[] = [
  [mark('PK\x03\x04'), 'zip'],
  [mark('PK\x05\x06'), 'zip'],
  [mark('PK00PK\x03\x04'), 'zip'],
  [mark('%!PS'), 'postscript'],
  [mark('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'), 'ole'],
  [mark('{\\rt'), 'rtf'],
  [mark('Rar!\x1a\x07'), 'rar'],
  [mark('7z\xbc\xaf\x27\x1c'), '7z'],
  [mark('\x1f\x8b\x08'), 'gzip'],
  [mark('BZh'), 'bzip2'],
  [mark('\xfd7zXZ\x00'), 'xz'],
  [mark('\x28\xb5\x2f\xfd'), 'zstd'],
  [mark('MSCF'), 'cab'],
  [mark('\x60\xea'), 'arj'],
  [mark('\x7fELF'), 'elf'],
  [mark('\xfe\xed\xfa\xce'), 'mach-o'],
  [mark('\xfe\xed\xfa\xcf'), 'mach-o'],
  [mark('\xce\xfa\xed\xfe'), 'mach-o'],
  [mark('\xcf\xfa\xed\xfe'), 'mach-o'],
  [mark('\x00asm'), 'wasm'],
  [mark('\x4c\x00\x00\x00\x01\x14\x02\x00'), 'lnk'],
  [mark('ITSF'), 'chm'],
  [mark('\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d'), 'onenote'],
  [mark('\x78\x9f\x3e\x22'), 'tnef'],
  [mark('conectix'), 'vhd'],
  [mark('vhdxfile'), 'vhd'],
  [mark('SQLite format 3\x00'), 'sqlite'],
  [mark('\x89PNG\r\n\x1a\n'), 'png'],
  [mark('\xff\xd8\xff'), 'jpeg'],
  [mark('GIF87a'), 'gif'],
  [mark('GIF89a'), 'gif'],
  [mark('II*\x00'), 'tiff'],
  [mark('MM\x00*'), 'tiff'],
  [mark('\x00\x00\x01\x00'), 'ico'],
  [mark('ID3'), 'audio'],
  [mark('OggS'), 'audio'],
  [mark('fLaC'), 'audio'],
  [mark('\x1a\x45\xdf\xa3'), 'video'],
  [mark('wOFF'), 'font'],
  [mark('wOF2'), 'font'],
  [mark('OTTO\x00'), 'font'],
  [mark('\x00\x01\x00\x00\x00'), 'font'],
  [mark('-----BEGIN PGP MESSAGE'), 'pgp'],
];

/**
 * What the first octets say that a file is; the name decides only between scripts and other texts. ZIP and OLE are
 * containers of many kinds: who opens them learns more.
 */
export function kindOf(octets: Buffer, name = ''): ContentKind {
  if (octets.length === 0) return 'empty';
  const first = octets[0]!;
  for (const [bytes, kind] of MARKS) {
    if (bytes[0] === first && bytes.equals(octets.subarray(0, bytes.length))) return kind;
  }
  return executableKind(octets) ?? mediaKind(octets) ?? archiveKind(octets) ?? documentKind(octets, name);
}

function executableKind(octets: Buffer): ContentKind | null {
  if (has(octets, 0, 'MZ') && octets.length >= 64) return 'pe';
  // A universal Mach-O binary and a Java class share this mark: the first has a small count of architectures here.
  if (has(octets, 0, '\xca\xfe\xba\xbe') && octets.length >= 8) return octets.readUInt32BE(4) < 40 ? 'mach-o' : 'class';
  return null;
}

function mediaKind(octets: Buffer): ContentKind | null {
  if (has(octets, 0, 'RIFF')) return has(octets, 8, 'WEBP') ? 'webp' : has(octets, 8, 'AVI ') ? 'video' : 'audio';
  if (has(octets, 4, 'ftyp')) return /^(hei|mif1|avif|msf1)/.test(octets.toString('latin1', 8, 12)) ? 'heif' : 'video';
  if (has(octets, 0, 'BM') && octets.length > 26 && octets.readUInt32LE(6) === 0) return 'bmp';
  return null;
}

function archiveKind(octets: Buffer): ContentKind | null {
  if (has(octets, 257, 'ustar')) return 'tar';
  if (has(octets, 2, '-lh') && has(octets, 6, '-')) return 'lzh';
  if (has(octets, 7, '**ACE**')) return 'ace';
  if (has(octets, 32769, 'CD001')) return 'iso';
  return null;
}

function documentKind(octets: Buffer, name: string): ContentKind {
  // Readers of PDF accept the mark anywhere in the first 1,024 octets.
  const head = octets.subarray(0, 1024);
  if (head.includes('%PDF-')) return 'pdf';
  const text = textKind(octets);
  if (text === 'unknown') return has(octets, 0, 'MZ') ? 'pe' : 'unknown';
  if (text === 'text' && SCRIPT_EXTENSIONS.has(fileExtension(name))) return 'script';
  return text;
}

const has = (octets: Buffer, at: number, text: string) =>
  octets.length >= at + text.length && octets.toString('latin1', at, at + text.length) === text;
