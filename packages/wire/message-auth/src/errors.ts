import { SekishoError } from '@sekisho/terms';

/** A message cannot be signed: no From field, an unusable key or name. Id `dkim.cannot-sign`. */
export class CannotSignError extends SekishoError {
  constructor(message: string, options: { detail?: Record<string, unknown>; cause?: unknown } = {}) {
    super('dkim.cannot-sign', message, options);
  }
}
