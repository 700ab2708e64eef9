import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { damagedFile, UnopenedFileError } from '../errors.ts';
import type { ArchiveBudget } from './archive-budget.ts';
import { type Unpacked, unpack, type Wants } from './unpack.ts';
import { zipName } from './zip-name.ts';

/** A file in a ZIP archive, as its central directory has it. The name is data: nothing is ever stored under it. */
export interface ZipMember {
  readonly name: string;
  readonly isEncrypted: boolean;
  readonly entry: Entry;
}

export interface OpenZip {
  readonly members: readonly ZipMember[];
  /** Unpacks one member; `null` for a method that is not opened here. Lengths in the headers are not believed. */
  read(member: ZipMember, wants: Wants): Promise<Unpacked | null>;
}

const LOCAL_HEADER_OCTETS = 30;

/** Reads the central directory within the budget. Members that share octets of the archive are damage, not contents. */
export async function openZip(octets: Buffer, budget: ArchiveBudget): Promise<OpenZip> {
  const zip = await openDirectory(octets);
  budget.expect(zip.entryCount);
  const members: ZipMember[] = [];
  for await (const entry of entriesOf(zip)) {
    budget.takeFile();
    const name = zipName(entry);
    if (!name.endsWith('/'))
      members.push({ name, isEncrypted: entry.isEncrypted() || entry.compressionMethod === 99, entry });
  }
  refuseOverlaps(members);
  return { members, read: (member, wants) => readMember(octets, zip, member.entry, budget, wants) };
}

function openDirectory(octets: Buffer): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    const options = { lazyEntries: true, decodeStrings: false, validateEntrySizes: false };
    yauzl.fromBuffer(octets, options, (error, zip) => (zip ? resolve(zip) : reject(damaged(error))));
  });
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  let settle: { resolve: (entry: Entry | null) => void; reject: (error: Error) => void } | null = null;
  zip.on('entry', (entry: Entry) => settle?.resolve(entry));
  zip.on('end', () => settle?.resolve(null));
  zip.on('error', (error: Error) => settle?.reject(damaged(error)));
  for (;;) {
    const entry = await new Promise<Entry | null>((resolve, reject) => {
      settle = { resolve, reject };
      zip.readEntry();
    });
    if (entry === null) return;
    yield entry;
  }
}

function refuseOverlaps(members: readonly ZipMember[]): void {
  const entries = members
    .map((member) => member.entry)
    .sort((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  for (const [i, next] of entries.entries()) {
    const entry = entries[i - 1];
    if (!entry) continue;
    const end = entry.relativeOffsetOfLocalHeader + LOCAL_HEADER_OCTETS + entry.compressedSize;
    if (end > next.relativeOffsetOfLocalHeader) throw damagedFile('members of the ZIP archive share octets');
  }
}

async function readMember(
  octets: Buffer,
  zip: ZipFile,
  entry: Entry,
  budget: ArchiveBudget,
  wants: Wants,
): Promise<Unpacked | null> {
  const start = await new Promise<number>((resolve, reject) => {
    zip.readLocalFileHeader(entry, { minimal: true }, (error, header) =>
      header ? resolve(header.fileDataStart) : reject(damaged(error)),
    );
  });
  const packed = octets.subarray(start, start + entry.compressedSize);
  if (entry.compressionMethod === 8) return unpack('deflate', packed, budget, wants);
  if (entry.compressionMethod !== 0) return null;
  budget.takeOctets(packed.length, packed.length, packed.length);
  return { octets: packed, size: packed.length };
}

/** yauzl tells strong encryption (APPNOTE 7.0) by its message only. */
function damaged(cause: Error | null): UnopenedFileError {
  const why = cause?.message ?? 'no reason given';
  if (why.includes('encryption'))
    return new UnopenedFileError('encrypted', `Cannot open a ZIP archive: ${why}`, { cause });
  return damagedFile(why, cause);
}
