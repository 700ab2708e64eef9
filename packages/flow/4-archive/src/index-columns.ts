import { addressKey } from '@sekisho/terms';
import { withAddresses } from './address-words.ts';
import { characterTags } from './character-tags.ts';
import type { JournalRow } from './journal-row.ts';
import {
  attachmentTypeTag,
  attachmentTag,
  COLUMNS,
  type Column,
  directionTag,
  dispositionsOf,
  dispositionTag,
  forwardPathTag,
  messageIdTag,
  reversePathTag,
  sizeClassOf,
  sizeClassTag,
  withoutMarks,
} from './tags.ts';

/** Characters of one column of one message that go into the index; more of them cost the tenant's writer too much. */
export const INDEX_CHARACTERS = 1_000_000;

/** What the index holds of a message, and whether that is all of its words. */
export interface IndexColumns {
  readonly columns: Readonly<Record<Column, string>>;
  readonly isWhole: boolean;
}

/** Token strings of the index: the message's words, the addresses of its envelope, and tags for filters. */
export function indexColumns(row: JournalRow): IndexColumns {
  const { envelope, words } = row;
  const forwardPaths = envelope.forwardPaths.map(({ address }) => address);
  const columns: Record<Column, string> = {
    body: cut(words.body),
    subject: cut(words.subject),
    sender: withAddresses(cut(words.from), envelope.reversePath ? [envelope.reversePath] : []),
    recipients: withAddresses(cut(words.to), forwardPaths),
    names: cut(words.names),
    attached: cut(words.attached),
  };
  let tags = tagsOf(row);
  for (const column of Object.keys(COLUMNS) as Column[]) tags += characterTags(column, columns[column]);
  columns.body += tags;
  const isWhole = Object.values(words).every((text: string) => text.length <= INDEX_CHARACTERS);
  return { columns, isWhole };
}

function cut(tokens: string): string {
  const clean = withoutMarks(tokens);
  return clean.length <= INDEX_CHARACTERS ? clean : clean.slice(0, clean.lastIndexOf(' ', INDEX_CHARACTERS));
}

function tagsOf({ envelope, plan, sizeOctets, summary, attachmentKinds }: JournalRow): string {
  let tags = ` ${directionTag(envelope.direction)} ${sizeClassTag(sizeClassOf(sizeOctets))}`;
  tags += ` ${attachmentTag(summary.attachmentCount > 0)}`;
  for (const kind of dispositionsOf(plan)) tags += ` ${dispositionTag(kind)}`;
  for (const type of everyName(attachmentKinds)) tags += ` ${attachmentTypeTag(type)}`;
  if (summary.messageId) tags += ` ${messageIdTag(summary.messageId)}`;
  if (envelope.reversePath) tags += ` ${reversePathTag(addressKey(envelope.reversePath))}`;
  for (const { address } of envelope.forwardPaths) tags += ` ${forwardPathTag(addressKey(address))}`;
  return tags;
}

/** `image/png` is found as itself and as `image`. */
function everyName(mediaTypes: readonly string[]): Set<string> {
  return new Set(mediaTypes.flatMap((type) => [type, type.split('/')[0]!]));
}
