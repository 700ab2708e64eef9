import { SekishoError } from '@sekisho/terms';

/** A stored tree that is none, is damaged, or is of another version. */
export class TreeFormatError extends SekishoError {
  constructor(reason: string) {
    super('tree-format', `Cannot read a stored message tree: ${reason}`);
  }
}

/** Ranges to leave out that do not lie in the message in ascending order. */
export class OmittedRangeError extends SekishoError {
  constructor(range: readonly [number, number], sizeOctets: number) {
    super('omitted-range', `Cannot leave out octets ${range[0]} to ${range[1]} of a message of ${sizeOctets}`, {
      detail: { range, sizeOctets },
    });
  }
}
