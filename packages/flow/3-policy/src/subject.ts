import type { Address, Envelope, Fact, Json } from '@sekisho/terms';

/** The facts of one message by name; a name may have several values. */
export type FactBook = ReadonlyMap<string, readonly Json[]>;

/** What a condition looks at: one forward-path of a message, its facts and the time. */
export interface Subject {
  readonly envelope: Envelope;
  readonly forwardPath: Address;
  readonly facts: FactBook;
  /** Milliseconds since 1970, UTC. */
  readonly now: number;
}

/** Sorts facts by their names. */
export function bookFacts(facts: readonly Fact[]): FactBook {
  const book = new Map<string, Json[]>();
  for (const { name, value } of facts) {
    const values = book.get(name);
    if (values) values.push(value);
    else book.set(name, [value]);
  }
  return book;
}

/** A member of an object, an item of a list, or `undefined`; never something inherited. */
export function memberOf(value: Json | undefined, key: string): Json | undefined {
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined;
  return (value as { readonly [key: string]: Json })[key];
}

/** The text of a fact which is a text or an object with one under `key`. */
export function textOf(value: Json | undefined, key: string): string | undefined {
  const text = typeof value === 'string' ? value : memberOf(value, key);
  return typeof text === 'string' ? text : undefined;
}
