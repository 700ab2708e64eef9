export { dropSegment } from './drop-segment.ts';
export {
  BodyDamagedError,
  RecordTooLargeError,
  SegmentUnreadableError,
  SpoolClosedError,
  SpoolFullError,
  SpoolSyncError,
} from './errors.ts';
export { diskFileOps, type FileOps } from './file-ops.ts';
export type { LargeBodyWriter } from './large-body.ts';
export { type LedgerSegment, SegmentLedger } from './ledger.ts';
export { DEFAULT_SPOOL_LIMITS, type SpoolLimits } from './limits.ts';
export { closedSegments, listSegments, type SegmentFile } from './list-segments.ts';
export { openBodyOf, openBodyStreamOf, openSealedBody, openSealedStream } from './open-body.ts';
export type { Provisional } from './provisional.ts';
export { type Damage, readSegment } from './read-segment.ts';
export { readSealedBodies, readSealedBody } from './read-sealed-body.ts';
export type { BodySeal, SpoolReference } from './reference.ts';
export { removeUnreferencedBodies } from './remove-bodies.ts';
export { SpoolWriter, type SpoolWriterOptions } from './writer.ts';
