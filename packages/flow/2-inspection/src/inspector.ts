import type { MessageTree } from '@sekisho/message';
import type { Envelope, Fact } from '@sekisho/terms';
import type { Contents } from './contents/contents.ts';

/** What an inspector may look at. Nothing here is to be changed. */
export interface InspectionContext {
  readonly raw: Buffer;
  readonly envelope: Envelope;
  readonly tree: MessageTree;
  /** Header fields that rules ask for, names in lower case. */
  readonly wantedFields: readonly string[];
  /** Looks into the attachments; the work is done once, for whoever asks first. */
  contents(): Promise<Contents>;
}

/**
 * Reports facts about one thing and decides nothing. It owes bounded time and memory on any input; an error that it
 * throws becomes the fact `inspection/failed`, and `otherwise` stands in for what it would have said.
 */
export interface Inspector {
  /** `room/subject`, as in the facts. */
  readonly name: string;
  readonly otherwise?: readonly Fact[];
  inspect(context: InspectionContext): Promise<Fact[]> | Fact[];
}
