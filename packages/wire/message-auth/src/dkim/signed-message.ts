import type { Header, HeaderField } from '../header/scan-header.ts';
import type { Canonicalization } from './canonical-header.ts';
import { type BodyHash, hashBody } from './canonical-body.ts';

/** A message under verification: fields by name, and each body hash made once however many signatures want it. */
export class SignedMessage {
  readonly raw: Buffer;
  readonly header: Header;
  readonly #byName = new Map<string, HeaderField[]>();
  readonly #hashes = new Map<string, BodyHash>();

  constructor(raw: Buffer, header: Header) {
    this.raw = raw;
    this.header = header;
    for (const field of header.fields) {
      const same = this.#byName.get(field.name);
      if (same) same.push(field);
      else this.#byName.set(field.name, [field]);
    }
  }

  /** Fields of that name, top to bottom. */
  fieldsNamed(name: string): readonly HeaderField[] {
    return this.#byName.get(name) ?? [];
  }

  bodyHash(how: Canonicalization, limit: number | null): BodyHash {
    const key = `${how} ${limit ?? ''}`;
    let hash = this.#hashes.get(key);
    if (!hash) this.#hashes.set(key, (hash = hashBody(this.raw, this.header.bodyStart, how, limit ?? undefined)));
    return hash;
  }

  /**
   * The fields that h= names: repeated names take fields from the bottom up, names beyond the last field sign its
   * absence, and a signature never signs its own field (RFC 6376 §5.4.2, §3.7).
   */
  signedFields(names: readonly string[], own: HeaderField): HeaderField[] {
    const taken = new Map<string, number>();
    const signed: HeaderField[] = [];
    for (const name of names) {
      const fields = this.fieldsNamed(name);
      let left = taken.get(name) ?? fields.length;
      if (left > 0 && fields[left - 1] === own) left--;
      if (left > 0) signed.push(fields[left - 1]!);
      taken.set(name, Math.max(left - 1, 0));
    }
    return signed;
  }
}
