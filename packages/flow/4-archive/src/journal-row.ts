import type { MessageSummary } from '@sekisho/message';
import type { Place } from '@sekisho/packs';
import type { Envelope, Fact, Plan, SpoolId } from '@sekisho/terms';

/** Token strings of a message, as the tokeniser of `@sekisho/words` made them, one for each column of the index. */
export interface IndexedWords {
  readonly subject: string;
  readonly from: string;
  readonly to: string;
  readonly body: string;
  /** File names of attachments. */
  readonly names: string;
  /** Text of attachments. */
  readonly attached: string;
}

/** A message as it goes into the journal. Its body is in a pack already, sealed under a key of its own. */
export interface JournalRow {
  readonly spoolId: SpoolId;
  readonly envelope: Envelope;
  readonly sizeOctets: number;
  /** SHA-256 of the octets between DATA and the final dot. */
  readonly rawSha256: Buffer;
  /** SHA-256 of the delivered form: trace prefix and raw octets less the omitted ranges. */
  readonly deliveredSha256: Buffer;
  readonly place: Place;
  /** The body's key under the tenant's key. */
  readonly wrappedKey: Buffer;
  /** The serialised offset tree: the one parse that every room reads. */
  readonly tree: Buffer;
  readonly facts: readonly Fact[];
  readonly plan: Plan;
  /** Trace fields that stand before the raw octets in the delivered form. */
  readonly prefix: Buffer;
  /** Ranges of the raw octets that the delivered form leaves out. */
  readonly omitted: readonly (readonly [number, number])[];
  readonly summary: MessageSummary;
  /** Media types of attachments by their content: `application/pdf`. */
  readonly attachmentKinds: readonly string[];
  readonly words: IndexedWords;
  /** False when the words of the message were more than inspection gives. */
  readonly indexedAll: boolean;
}
