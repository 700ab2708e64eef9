import { SekishoError } from '@sekisho/terms';

/** Sealed octets do not open: another key, other associated data, or changed, torn or reordered octets. */
export class SealBrokenError extends SekishoError {
  constructor(what: string, options: { detail?: Record<string, unknown>; cause?: unknown } = {}) {
    super('seal-broken', `Cannot open ${what}: it was changed, or sealed by another key or for another place`, options);
  }
}

/** The root key cannot be used: no file, readable by others, or not 32 octets. */
export class RootKeyError extends SekishoError {
  constructor(message: string, options: { detail?: Record<string, unknown>; cause?: unknown } = {}) {
    super('root-key', message, options);
  }
}
