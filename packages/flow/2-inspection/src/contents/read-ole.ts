import type { ContentKind } from './kinds.ts';

const FREE = 0xffff_fffa;
const ENTRY_OCTETS = 128;
const MAX_ENTRIES = 4096;
const HEADER_TABLES = 109;
const VBA_INFO_ATOM = Buffer.from('020000040c000000', 'hex');
const MSI_CLASS = Buffer.from('84100c0000000000c000000000000046', 'hex');

export interface OleContents {
  readonly kind: ContentKind;
  readonly hasMacros: boolean;
  readonly isEncrypted: boolean;
}

interface Entry {
  readonly name: string;
  readonly isMsi: boolean;
  /** The first sector of the stream; without meaning in streams of less than 4,096 octets. */
  readonly start: Buffer;
}

/** What a compound file ([MS-CFB]) tells of itself: the program it belongs to, VBA macros, encryption. */
export function readOle(octets: Buffer): OleContents {
  const entries = new Map([...directoryEntries(octets)].map((entry) => [entry.name, entry]));
  const kind = [...entries.values()].some((entry) => entry.isMsi) ? 'msi' : oleKind(entries);
  const hasProject = ['_vba_project', 'vba', 'macros', '_vba_project_cur'].some((name) => entries.has(name));
  return {
    kind,
    hasMacros: hasProject || (kind === 'ppt' && hasVbaAtom(octets)),
    isEncrypted: entries.has('encryptedpackage') || isEncryptedWord(entries) || isEncryptedExcel(entries),
  };
}

/** PowerPoint keeps its project packed in the one stream, and a VbaInfoAtom that says so ([MS-PPT] §2.4.11). */
function hasVbaAtom(octets: Buffer): boolean {
  const at = octets.indexOf(VBA_INFO_ATOM);
  return at >= 0 && at + 16 <= octets.length && octets.readUInt32LE(at + 12) !== 0;
}

/** The flag fEncrypted of the FIB ([MS-DOC] §2.5.1). */
function isEncryptedWord(entries: ReadonlyMap<string, Entry>): boolean {
  const start = entries.get('worddocument')?.start;
  return start !== undefined && start.length >= 12 && (start[11]! & 0x01) !== 0 && start.readUInt16LE(0) === 0xa5ec;
}

/** A FilePass record behind the first BOF ([MS-XLS] §2.4.117). */
function isEncryptedExcel(entries: ReadonlyMap<string, Entry>): boolean {
  const start = (entries.get('workbook') ?? entries.get('book'))?.start;
  if (start === undefined || start.length < 64 || start.readUInt16LE(0) !== 0x0809) return false;
  const next = 4 + start.readUInt16LE(2);
  return next + 2 <= start.length && start.readUInt16LE(next) === 0x002f;
}

function oleKind(names: ReadonlyMap<string, Entry>): ContentKind {
  if (names.has('worddocument')) return 'doc';
  if (names.has('workbook') || names.has('book')) return 'xls';
  if (names.has('powerpoint document')) return 'ppt';
  if (names.has('__properties_version1.0')) return 'msg';
  return 'ole';
}

function* directoryEntries(octets: Buffer): Generator<Entry> {
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
      const entry = here.subarray(at, at + ENTRY_OCTETS);
      const length = Math.min(entry.readUInt16LE(64), 64);
      yield {
        name: length < 2 ? '' : entry.toString('utf16le', 0, length - 2).toLowerCase(),
        isMsi: entry[66] === 5 && entry.subarray(80, 96).equals(MSI_CLASS),
        start: sector(entry.readUInt32LE(116)),
      };
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
