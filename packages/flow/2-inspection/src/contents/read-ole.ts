import type { ContentKind } from './kinds.ts';

const FREE = 0xffff_fffa;
const ENTRY_OCTETS = 128;
const MAX_ENTRIES = 4096;
const HEADER_TABLES = 109;
const MSI_CLASS = Buffer.from('84100c0000000000c000000000000046', 'hex');

export interface OleContents {
  readonly kind: ContentKind;
  readonly hasMacros: boolean;
  readonly isEncrypted: boolean;
}

/** What the directory of a compound file ([MS-CFB]) tells: the program it belongs to, VBA macros, encryption. */
export function readOle(octets: Buffer): OleContents {
  const names = new Set<string>();
  let isMsi = false;
  for (const entry of directoryEntries(octets)) {
    const length = Math.min(entry.readUInt16LE(64), 64);
    if (length >= 2) names.add(entry.toString('utf16le', 0, length - 2).toLowerCase());
    if (entry[66] === 5 && entry.subarray(80, 96).equals(MSI_CLASS)) isMsi = true;
  }
  const isEncrypted = names.has('encryptedpackage') || names.has('encryption');
  const hasMacros = ['_vba_project', 'vba', 'macros', '_vba_project_cur'].some((name) => names.has(name));
  return { kind: isMsi ? 'msi' : oleKind(names), hasMacros, isEncrypted };
}

function oleKind(names: ReadonlySet<string>): ContentKind {
  if (names.has('worddocument')) return 'doc';
  if (names.has('workbook') || names.has('book')) return 'xls';
  if (names.has('powerpoint document')) return 'ppt';
  if (names.has('__properties_version1.0')) return 'msg';
  return 'ole';
}

function* directoryEntries(octets: Buffer): Generator<Buffer> {
  if (octets.length < 512) return;
  const shift = octets.readUInt16LE(30);
  if (shift !== 9 && shift !== 12) return;
  const sectorOctets = 1 << shift;
  const sector = (number: number) => octets.subarray((number + 1) * sectorOctets, (number + 2) * sectorOctets);
  let count = 0;
  let next = octets.readUInt32LE(48);
  while (next < FREE) {
    const here = sector(next);
    for (let at = 0; at + ENTRY_OCTETS <= here.length; at += ENTRY_OCTETS) {
      if (++count > MAX_ENTRIES) return;
      yield here.subarray(at, at + ENTRY_OCTETS);
    }
    if (here.length === 0) return;
    next = nextSector(octets, next, sectorOctets, sector);
  }
}

/** Follows the allocation table. Its first 109 sectors are named in the header, further ones in a chain of their own. */
function nextSector(octets: Buffer, number: number, sectorOctets: number, sector: (number: number) => Buffer): number {
  const perSector = sectorOctets / 4;
  let table = Math.floor(number / perSector);
  let names = octets.subarray(76, 512);
  if (table >= HEADER_TABLES) {
    table -= HEADER_TABLES;
    names = sector(octets.readUInt32LE(68));
    for (; table >= perSector - 1 && names.length === sectorOctets; table -= perSector - 1)
      names = sector(names.readUInt32LE(sectorOctets - 4));
  }
  const allocation = table * 4 + 4 <= names.length ? sector(names.readUInt32LE(table * 4)) : names.subarray(0, 0);
  const at = (number % perSector) * 4;
  return at + 4 <= allocation.length ? allocation.readUInt32LE(at) : FREE;
}
