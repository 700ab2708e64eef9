import { SekishoError } from '@sekisho/terms';

type Options = { detail?: Record<string, unknown>; cause?: unknown };

/** A write or sync of a pack failed: what the disk holds is unknown, and this tenant's packs take nothing more. */
export class PackSyncError extends SekishoError {
  constructor(message: string, options: Options = {}) {
    super('pack-sync', message, options);
  }
}

/** There is no space left for a body; the packs are as they were. */
export class PackFullError extends SekishoError {
  constructor(message: string, options: Options = {}) {
    super('pack-full', message, options);
  }
}

/** A place has no such octets: the pack is gone or shorter. */
export class PackReadError extends SekishoError {
  constructor(pack: string, options: Options = {}) {
    super('pack-read', `Cannot read from pack "${pack}": the octets are not there`, options);
  }
}

/** The packs were closed: their owner opens them again. */
export class PacksClosedError extends SekishoError {
  constructor(folder: string) {
    super('packs-closed', `Cannot use the packs in "${folder}": they are closed`);
  }
}
