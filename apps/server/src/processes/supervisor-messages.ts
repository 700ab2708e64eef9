/** What the supervisor and the core tell each other after the start. */
import type { RootKeys } from '@sekisho/vault';
import type { ProcessState } from '../core/http.ts';

export type SupervisorToCore =
  | { readonly kind: 'processes'; readonly list: readonly ProcessState[] }
  | RootKeyRotated
  | RootKeyKept;

/** The file of the root key has a new key on top; the core puts under it what the one before sealed. */
export interface RootKeyRotated {
  readonly kind: 'root-key-rotated';
  readonly file: string;
  readonly keys: RootKeys;
}

/** Nothing was rotated. */
export interface RootKeyKept {
  readonly kind: 'root-key-kept';
  readonly fault: { readonly id: string; readonly message: string };
}
