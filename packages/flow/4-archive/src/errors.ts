import { SekishoError } from '@sekisho/terms';

/** A query cannot be read. `position` counts characters from 0. */
export class QueryError extends SekishoError {
  readonly position: number;

  constructor(position: number, what: string) {
    super('archive.bad-query', `Cannot read the query at character ${position + 1}: ${what}`, { detail: { position } });
    this.position = position;
  }
}

/** The journal of this tenant has no such message. */
export class MessageNotFoundError extends SekishoError {
  constructor(spoolId: string) {
    super('archive.not-found', `Cannot find message "${spoolId}": the journal has no such record`, {
      detail: { spoolId },
    });
  }
}
