import type { MessageSummary } from '@sekisho/message';
import type { Fact } from '@sekisho/terms';

/** Version of {@link Inspection}: a reply with another one is not taken. */
export const INSPECTION_VERSION = 1;

/** Words for the index, one stream of tokens (`indexText()` of `@sekisho/words`) for each field of the search. */
export interface IndexWords {
  readonly subject: string;
  /** Names and addresses of From, Sender and Reply-To. */
  readonly from: string;
  /** Names and addresses of To, Cc and Bcc. */
  readonly to: string;
  /** Text of the bodies, plain and HTML. */
  readonly body: string;
  /** Names of attachments and of the files in archives. */
  readonly names: string;
  /** Text of attached documents. */
  readonly attached: string;
}

/** All that inspection says about a message. It goes from a scan process to the core, which checks it. */
export interface Inspection {
  readonly version: number;
  /** The tree of the message (`serializeTree()`); empty when there is none. */
  readonly tree: Buffer;
  readonly facts: readonly Fact[];
  readonly summary: MessageSummary;
  readonly words: IndexWords;
  /** Ranges of forged Authentication-Results fields, which the delivered form leaves out (RFC 8601 §5). */
  readonly omitted: readonly (readonly [number, number])[];
  /** False when `words` lacks text: cut by the budget, or of a document that nobody could read. */
  readonly indexedAll: boolean;
}
