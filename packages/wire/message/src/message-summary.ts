import { fieldText } from './fields-named.ts';
import { type NamedAddress, parseAddressList } from './parse-address-list.ts';
import { parseDate } from './parse-date.ts';
import { attachmentsOf, textPartsOf } from './parts-of.ts';
import { type MessageTree, messageLimits } from './tree.ts';
import { unfoldField } from './unfold-field.ts';

/** What a list of messages shows (JMAP's metadata; IMAP calls it the envelope). */
export interface MessageSummary {
  readonly subject: string;
  /** Of every From field: where there are two, both. */
  readonly from: readonly NamedAddress[];
  readonly to: readonly NamedAddress[];
  readonly cc: readonly NamedAddress[];
  /** Milliseconds since 1970; `null` where the Date field is missing or impossible. */
  readonly date: number | null;
  /** Without angle brackets. */
  readonly messageId: string | null;
  readonly attachmentCount: number;
}

/** Reads the summary of a message from its tree. `most` bounds the addresses of each list. */
export function messageSummary(raw: Buffer, tree: MessageTree, most = messageLimits.addresses): MessageSummary {
  const { root } = tree;
  const hint = textPartsOf(tree).find((part) => part.charset !== undefined)?.charset;
  const addresses = (name: string) =>
    root.fields
      .filter((field) => field.name === name)
      .flatMap((field) => parseAddressList(unfoldField(raw, field), hint, most))
      .slice(0, most);
  const messageId = fieldText(raw, root, 'message-id')?.replace(/^[\s<]+|[>\s]+$/g, '');
  return {
    subject: fieldText(raw, root, 'subject', hint) ?? '',
    from: addresses('from'),
    to: addresses('to'),
    cc: addresses('cc'),
    date: parseDate(fieldText(raw, root, 'date') ?? ''),
    messageId: messageId || null,
    attachmentCount: attachmentsOf(tree).length,
  };
}
