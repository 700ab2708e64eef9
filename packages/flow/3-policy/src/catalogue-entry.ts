import type { Json, Sentence } from '@sekisho/terms';
import type { ZodType } from 'zod';
import type { Subject } from './subject.ts';

/** A condition that rules may name. `sentence` is a template: `{parameter}` stands for a parameter's value. */
export interface ConditionEntry {
  readonly name: string;
  readonly schema: ZodType<Json>;
  readonly sentence: Sentence;
  /** True when the answer can differ between the forward-paths of one message. */
  readonly perRecipient: boolean;
  readonly holds: (parameters: Json, subject: Subject) => boolean;
  /** True when every message for which `inner` holds is one for which `outer` holds; absent: only when equal. */
  readonly covers?: (outer: Json, inner: Json) => boolean;
}

interface Described<P> {
  readonly name: string;
  readonly schema: ZodType<P>;
  readonly sentence: Sentence;
  readonly perRecipient?: boolean;
  readonly holds: (parameters: P, subject: Subject) => boolean;
  readonly covers?: (outer: P, inner: P) => boolean;
}

/** Makes an entry; its functions only ever see parameters that its schema has let through. */
export function condition<P extends object>(entry: Described<P>): ConditionEntry {
  return { perRecipient: false, ...entry } as unknown as ConditionEntry;
}

/** True when every item of `inner` is one of `outer`. */
export function includesAll(outer: readonly string[], inner: readonly string[]): boolean {
  return inner.every((item) => outer.includes(item));
}
