import { SekishoError } from '@sekisho/terms';

/** Why clamd gave no answer; part of facts, so each word is stable. */
export type ClamdFailure = 'unreachable' | 'deadline' | 'connection-lost' | 'bad-reply' | 'closed';

/** A scan that brought no answer. `reason` says why in one word. */
export class ClamdError extends SekishoError {
  readonly reason: ClamdFailure;

  constructor(reason: ClamdFailure, message: string, options: { cause?: unknown } = {}) {
    super(`antivirus.${reason}`, message, options);
    this.reason = reason;
  }
}

/**
 * Why a file was not opened, or not to its end: it is encrypted, of a format that is not opened here, damaged, or
 * beyond that limit of the budget of one message.
 */
export type UnopenedReason = 'encrypted' | 'format' | 'damaged' | 'octets' | 'files' | 'depth' | 'ratio' | 'seconds';

/** A file that cannot be opened, or not any further. */
export class UnopenedFileError extends SekishoError {
  readonly reason: UnopenedReason;

  constructor(reason: UnopenedReason, message: string, options: { cause?: unknown } = {}) {
    super(`contents.${reason}`, message, options);
    this.reason = reason;
  }
}

/** The error of a file that breaks the rules of its format. */
export function damagedFile(why: string, cause?: unknown): UnopenedFileError {
  return new UnopenedFileError('damaged', `Cannot open a file: ${why}`, { cause });
}

/** A reply of a scan process is not an inspection. */
export class NotAnInspectionError extends SekishoError {
  constructor(where: string) {
    super('inspection.malformed', `Cannot take the reply of a scan process as an inspection: "${where}" is not right`);
  }
}
