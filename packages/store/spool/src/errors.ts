import { SekishoError } from '@sekisho/terms';

type Options = { detail?: Record<string, unknown>; cause?: unknown };

/** There is no space left for the message: 452 before DATA, 451 after it. */
export class SpoolFullError extends SekishoError {
  constructor(message: string, options: Options = {}) {
    super('spool-full', message, options);
  }
}

/** Writing or syncing failed: nothing is known about what the disk holds, and the message is not ours. */
export class SpoolSyncError extends SekishoError {
  constructor(message: string, options: Options = {}) {
    super('spool-sync', message, options);
  }
}

/** The writer was closed, or is closing. */
export class SpoolClosedError extends SekishoError {
  constructor() {
    super('spool-closed', 'Cannot append to the spool: its writer is closed');
  }
}

/** Envelope and body together are larger than a segment, which only a wrong limit can bring about. */
export class RecordTooLargeError extends SekishoError {
  constructor(octets: number, segmentOctets: number) {
    super('record-too-large', `Cannot append a record of ${octets} octets: segments have ${segmentOctets}`);
  }
}

/** A segment's header cannot be opened, so that none of its records can: it must be kept, not dropped. */
export class SegmentUnreadableError extends SekishoError {
  constructor(segmentFile: string, options: Options = {}) {
    super(
      'segment-unreadable',
      `Cannot read spool segment "${segmentFile}": neither copy of its header opens`,
      options,
    );
  }
}

/** A body is not there, not whole, or not the one that its reference names. */
export class BodyDamagedError extends SekishoError {
  constructor(spoolId: string, options: Options = {}) {
    super('body-damaged', `Cannot open the body of "${spoolId}": it is missing, torn or changed`, options);
  }
}

/** Which error a failed file operation is for the one who waits. */
export function spoolError(doing: string, cause: unknown): SekishoError {
  if (cause instanceof SekishoError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  const text = `Cannot ${doing}: ${message}`;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') return new SpoolFullError(text, { cause });
  return new SpoolSyncError(text, { cause });
}
