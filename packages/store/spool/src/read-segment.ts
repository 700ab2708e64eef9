import { type FileHandle, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { formatSpoolId, SPOOL_ALIGNMENT_OCTETS } from '@sekisho/terms';
import { bodyAad, openBody, recordKey, SealBrokenError, type Vault } from '@sekisho/vault';
import { BodyDamagedError, SegmentUnreadableError } from './errors.ts';
import { bodyFileName } from './names.ts';
import { openBodyStreamOf } from './open-body.ts';
import {
  alignUp,
  isVoidHeader,
  openContent,
  parseRecordHeader,
  RECORD_HEADER_OCTETS,
  type RecordHeader,
  recordMark,
} from './record.ts';
import type { SpoolReference } from './reference.ts';
import { isDroppedHeader, openSegmentHeader, SEGMENT_HEADER_OCTETS, type SegmentFacts } from './segment-header.ts';
import { PIECE_OCTETS, Window } from './window.ts';

/**
 * Octets of a segment in which a record should be and none can be read. `torn-tail` is what a crash leaves of a batch
 * that was not acknowledged; any other reason is a matter for the operator, who wants the segment kept.
 */
export interface Damage {
  readonly segmentFile: string;
  readonly from: number;
  readonly to: number;
  readonly reason: 'unreadable' | 'torn-tail' | 'large-body' | 'read-error';
  /** Records known to be missing: those between the neighbours' sequence numbers. */
  readonly records: number;
}

type Found = { readonly reference: SpoolReference } | 'void' | 'broken' | 'body-broken';

/**
 * Gives the records of a segment: only those which are whole and authentic, bodies included, whatever lies between
 * them. What cannot be read is told to `report`. A dropped segment has no records; one whose header does not open
 * throws SegmentUnreadableError.
 */
export async function* readSegment(
  segmentFile: string,
  vault: Pick<Vault, 'openSegmentKey'>,
  report: (damage: Damage) => void = () => undefined,
): AsyncGenerator<SpoolReference> {
  const handle = await open(segmentFile, 'r');
  try {
    const header = await readHeader(handle, segmentFile, vault);
    if (header) yield* readRecords(handle, segmentFile, header.facts, header.key, report);
  } finally {
    await handle.close();
  }
}

async function readHeader(handle: FileHandle, segmentFile: string, vault: Pick<Vault, 'openSegmentKey'>) {
  const { size } = await handle.stat();
  const copies: Buffer[] = [];
  for (const at of [0, size - SEGMENT_HEADER_OCTETS]) {
    copies.push(at >= 0 ? await readCopy(handle, at) : Buffer.alloc(0));
  }
  if (copies.some(isDroppedHeader)) return null;
  let cause: unknown;
  for (const copy of copies) {
    try {
      const header = openSegmentHeader(copy, vault);
      if (header) return header;
    } catch (error) {
      if (!(error instanceof SealBrokenError)) throw error;
      cause = error;
    }
  }
  throw new SegmentUnreadableError(segmentFile, { cause });
}

/** One copy of the header; zeros where the disk gives an error, since the other copy may be readable. */
async function readCopy(handle: FileHandle, at: number): Promise<Buffer> {
  const window = new Window(handle, at + SEGMENT_HEADER_OCTETS);
  return Buffer.from(await window.read(at, SEGMENT_HEADER_OCTETS));
}

async function* readRecords(
  handle: FileHandle,
  segmentFile: string,
  facts: SegmentFacts,
  segmentKey: Buffer,
  report: (damage: Damage) => void,
): AsyncGenerator<SpoolReference> {
  const mark = recordMark(segmentKey);
  const window = new Window(handle, facts.sizeOctets - SEGMENT_HEADER_OCTETS);
  let expected = SEGMENT_HEADER_OCTETS;
  let sequence = 0;
  let at = expected;
  while (at >= 0 && at < window.endOctets) {
    const head = await window.read(at, RECORD_HEADER_OCTETS);
    const header = parseRecordHeader(mark, head);
    const end = header ? at + alignUp(lengthOf(header)) : 0;
    const found =
      header && end <= window.endOctets
        ? await readRecord(window, segmentFile, facts, segmentKey, header, at)
        : 'broken';
    if (found === 'broken') {
      at = await window.find(mark, at + SPOOL_ALIGNMENT_OCTETS, SPOOL_ALIGNMENT_OCTETS);
      continue;
    }
    if (at > expected) {
      report({ segmentFile, from: expected, to: at, reason: 'unreadable', records: header!.sequence - sequence });
    }
    if (found === 'body-broken') report({ segmentFile, from: at, to: end, reason: 'large-body', records: 1 });
    sequence = header!.sequence + 1;
    at = end;
    expected = end;
    if (typeof found === 'object') yield found.reference;
  }
  const tail = await window.read(expected, SPOOL_ALIGNMENT_OCTETS);
  if (tail.some((octet) => octet !== 0)) {
    report({ segmentFile, from: expected, to: window.endOctets, reason: 'torn-tail', records: 0 });
  }
  for (const from of window.unreadable) {
    report({ segmentFile, from, to: from + PIECE_OCTETS, reason: 'read-error', records: 0 });
  }
}

const lengthOf = (header: RecordHeader) => RECORD_HEADER_OCTETS + header.envelopeOctets + header.bodyOctets;

async function readRecord(
  window: Window,
  segmentFile: string,
  facts: SegmentFacts,
  segmentKey: Buffer,
  header: RecordHeader,
  offset: number,
): Promise<Found> {
  const spoolId = formatSpoolId(facts.front, facts.number, offset);
  const key = recordKey(segmentKey, spoolId);
  const lengthOctets = lengthOf(header);
  const record = await window.read(offset, lengthOctets);
  if (record.length < lengthOctets) return 'broken';
  if (header.kind === 'void') return isVoidHeader(record, key) ? 'void' : 'broken';
  try {
    const { large, ...content } = openContent(header, spoolId, key, record);
    const bodyFrom = RECORD_HEADER_OCTETS + header.envelopeOctets;
    const { tenant } = content.envelope;
    if (!large) openBody(key, bodyAad(tenant, spoolId, content.sha256), record.subarray(bodyFrom, lengthOctets));
    const reference: SpoolReference = {
      ...content,
      spoolId,
      tenant,
      segmentFile,
      offset,
      lengthOctets,
      envelopeOctets: header.envelopeOctets,
      bodyOffset: offset + bodyFrom,
      bodyOctets: header.bodyOctets,
      bodyKind: large ? 'large' : 'inline',
      ...(large ? { bodyFile: join(dirname(segmentFile), bodyFileName(facts.front, large.id)) } : {}),
      recordKey: large ? large.key : key,
    };
    return large && !(await isWhole(reference)) ? 'body-broken' : { reference };
  } catch (error) {
    if (error instanceof SealBrokenError) return 'broken';
    throw error;
  }
}

async function isWhole(reference: SpoolReference): Promise<boolean> {
  try {
    for await (const chunk of openBodyStreamOf(reference)) chunk.fill(0);
    return true;
  } catch (error) {
    if (error instanceof BodyDamagedError) return false;
    throw error;
  }
}
