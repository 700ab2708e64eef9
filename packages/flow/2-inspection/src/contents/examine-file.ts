import { UnopenedFileError, type UnopenedReason } from '../errors.ts';
import type { ArchiveBudget } from './archive-budget.ts';
import { isEncrypted } from './is-encrypted.ts';
import { kindOf } from './kind-of.ts';
import { CONTAINER_KINDS, type ContentKind } from './kinds.ts';
import { openZip, type ZipMember } from './open-zip.ts';
import { readOle } from './read-ole.ts';
import { readTar } from './read-tar.ts';
import { unpack, type Wants } from './unpack.ts';
import { zipAtEnd } from './zip-at-end.ts';
import { isMacroMember, zipKind } from './zip-kind.ts';

/** An attachment (depth 0), or a file in an archive. */
export interface FoundFile {
  /** Which attachment of the message it is, or lies in. */
  readonly at: number;
  readonly depth: number;
  readonly name: string;
  /** Media type that the part declares, in lower case; files in archives declare none. */
  readonly declared?: string;
  readonly sizeOctets: number;
  kind: ContentKind;
  isEncrypted: boolean;
  hasMacros: boolean;
  /** Something else at its beginning, a ZIP archive at its end: programs differ on what it is. */
  isPolyglot: boolean;
}

/** What is so of a file as long as nothing else was seen. */
export const NOTHING_SEEN = { isEncrypted: false, hasMacros: false, isPolyglot: false };

/** A file that was not opened, or not to its end. */
export interface UnopenedFile {
  readonly at: number;
  /** Of a file in an archive. */
  readonly member?: string;
  readonly reason: UnopenedReason;
}

/** What looking into the files of one message brings together. */
export interface Examination {
  readonly budget: ArchiveBudget;
  readonly files: FoundFile[];
  readonly unopened: UnopenedFile[];
  /** True when this member of a document holds text that is wanted, and is to be unpacked whole. */
  wantsText(document: FoundFile, member: string): boolean;
  takeText(octets: Buffer): void;
}

interface GivenFile {
  readonly at: number;
  readonly depth: number;
  readonly name: string;
  readonly declared?: string;
  /** The whole file, or the beginning when that was enough. */
  readonly octets: Buffer;
  /** Of the whole file, when `octets` is not. */
  readonly sizeOctets?: number;
}

/** Tells the kind of a file and opens it when it holds others, all within the budget; what cannot be opened is noted. */
export async function examineFile(given: GivenFile, examination: Examination): Promise<FoundFile> {
  const { octets, sizeOctets = octets.length, ...place } = given;
  const kind = kindOf(octets, given.name);
  const found: FoundFile = { ...place, sizeOctets, kind, ...NOTHING_SEEN };
  examination.files.push(found);
  try {
    await lookInside(found, octets, examination);
  } catch (error) {
    if (!(error instanceof UnopenedFileError)) throw error;
    noteUnopened(found, error.reason, examination);
  }
  return found;
}

function noteUnopened(found: FoundFile, reason: UnopenedReason, examination: Examination): void {
  if (reason === 'encrypted') found.isEncrypted = true;
  examination.unopened.push({ at: found.at, ...(found.depth > 0 ? { member: found.name } : {}), reason });
}

async function lookInside(found: FoundFile, octets: Buffer, examination: Examination): Promise<void> {
  if (found.kind === 'ole') return lookIntoOle(found, octets);
  const isOpened = CONTAINER_KINDS.get(found.kind);
  if (isOpened === undefined) return lookForZip(found, octets, examination);
  if (!isOpened) {
    const reason = isEncrypted(octets, found.kind) ? 'encrypted' : 'format';
    throw new UnopenedFileError(reason, `Cannot open a file: ${found.kind} is not opened here`);
  }
  examination.budget.enter(found.depth);
  if (found.kind === 'gzip') await lookIntoGzip(found, octets, examination);
  else if (found.kind === 'tar') await lookIntoTar(found, octets, examination);
  else await lookIntoZip(found, octets, examination);
}

/** Unpacking programs find a ZIP archive by its end, whatever stands in front of it. */
async function lookForZip(found: FoundFile, octets: Buffer, examination: Examination): Promise<void> {
  const zip = zipAtEnd(octets);
  if (!zip) return;
  const { kind } = found;
  examination.budget.enter(found.depth);
  try {
    await lookIntoZip(found, zip, examination);
    found.isPolyglot = true;
  } catch (error) {
    if (!(error instanceof UnopenedFileError) || error.reason !== 'damaged') throw error;
  } finally {
    found.kind = kind;
  }
}

function lookIntoOle(found: FoundFile, octets: Buffer): void {
  const contents = readOle(octets);
  found.kind = contents.kind;
  found.hasMacros = contents.hasMacros;
  if (contents.isEncrypted) throw new UnopenedFileError('encrypted', 'Cannot open a document: it is encrypted');
}

async function lookIntoGzip(found: FoundFile, octets: Buffer, examination: Examination): Promise<void> {
  examination.budget.takeFile();
  const name = found.name.replace(/\.t?gz$/i, (end) => (end.toLowerCase() === '.tgz' ? '.tar' : ''));
  const inner = await unpack('gzip', octets, examination.budget, wantsFile(name));
  await examineInner(found, name, inner.octets, inner.size, examination);
}

async function lookIntoTar(found: FoundFile, octets: Buffer, examination: Examination): Promise<void> {
  for (const member of readTar(octets, examination.budget)) {
    await examineInner(found, member.name, member.octets, member.octets.length, examination);
  }
}

async function lookIntoZip(found: FoundFile, octets: Buffer, examination: Examination): Promise<void> {
  const zip = await openZip(octets, examination.budget);
  found.kind = zipKind(zip.members.map((member) => member.name));
  for (const member of zip.members) {
    if (isMacroMember(found.kind, member.name)) found.hasMacros = true;
    if (member.isEncrypted) noteEncryptedMember(found, member, examination);
    else await lookIntoMember(found, member, zip.read, examination);
  }
}

function noteEncryptedMember(archive: FoundFile, member: ZipMember, examination: Examination): void {
  const { at, depth } = archive;
  const sizeOctets = member.entry.uncompressedSize;
  const of = { at, depth: depth + 1, name: member.name, sizeOctets };
  examination.files.push({ ...of, kind: 'unknown', ...NOTHING_SEEN, isEncrypted: true });
  if (!archive.isEncrypted) noteUnopened(archive, 'encrypted', examination);
}

/** Reasons after which nothing more of the message is opened. */
const SPENT: ReadonlySet<UnopenedReason> = new Set(['octets', 'ratio', 'seconds']);

async function lookIntoMember(
  archive: FoundFile,
  member: ZipMember,
  read: Awaited<ReturnType<typeof openZip>>['read'],
  examination: Examination,
): Promise<void> {
  const isText = examination.wantsText(archive, member.name);
  try {
    const file = await read(member, isText ? () => true : wantsFile(member.name));
    if (!file) throw new UnopenedFileError('format', 'Cannot open a ZIP member: unknown method');
    if (isText) examination.takeText(file.octets);
    await examineInner(archive, member.name, file.octets, file.size, examination);
  } catch (error) {
    if (!(error instanceof UnopenedFileError)) throw error;
    // One damaged or swollen member does not hide the others; a spent budget stops at the next of them.
    examination.unopened.push({ at: archive.at, member: member.name, reason: error.reason });
    if (SPENT.has(error.reason)) throw error;
  }
}

async function examineInner(
  archive: FoundFile,
  name: string,
  octets: Buffer,
  sizeOctets: number,
  examination: Examination,
): Promise<void> {
  const found = await examineFile({ at: archive.at, depth: archive.depth + 1, name, octets, sizeOctets }, examination);
  if (archive.kind !== 'zip' && found.hasMacros) archive.hasMacros = true;
}

/** Wants whole files only where there is something to open; of others, the beginning tells enough. */
const wantsFile =
  (name: string): Wants =>
  (head) => {
    const kind = kindOf(head, name);
    return kind === 'ole' || CONTAINER_KINDS.get(kind) === true;
  };
