import { SekishoError } from '@sekisho/terms';

/** Something that the path names does not exist. */
export class NotHereError extends SekishoError {
  constructor(kind: string, name: string, where: string) {
    super('not-here', `Cannot find ${kind} "${name}": ${where}`, { detail: { kind, name } });
  }
}

/** A question cannot be read. */
export class BadRequestError extends SekishoError {
  constructor(state: string, detail: Record<string, unknown> = {}) {
    super('bad-request', `Cannot read the request: ${state}`, { detail });
  }
}

/** A question has more octets than is read. */
export class TooLargeError extends SekishoError {
  constructor(limitOctets: number) {
    super('too-large', `Cannot read the request: it has more than ${limitOctets} octets`, { detail: { limitOctets } });
  }
}
