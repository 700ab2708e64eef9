/** What other parsers say of a mail, and where they differ from ours. For tests only. */
import { createRequire } from 'node:module';
import PostalMime from 'postal-mime';
import { attachmentsOf, decodeBody, everyPart, type MessageTree, messageSummary, partName, safeName } from './index.ts';

/** A mail as another parser reports it. */
interface Opinion {
  readonly who: 'postal-mime' | 'mailparser';
  readonly subject: string;
  readonly from: string;
  readonly attachments: readonly { readonly name: string; readonly type: string; readonly octets: Buffer }[];
}

/** One thing that another parser sees and we do not. */
export interface Difference {
  readonly who: Opinion['who'];
  readonly what: 'subject' | 'from' | 'attachment' | 'name';
  readonly theirs: string;
  readonly ours: string;
}

interface Parsed {
  readonly subject?: string;
  readonly from?: { readonly value: readonly { readonly address?: string }[] };
  readonly attachments: readonly {
    readonly filename?: string;
    readonly contentType: string;
    readonly content: Buffer;
  }[];
}

const { simpleParser } = createRequire(import.meta.url)('mailparser') as {
  simpleParser(raw: Buffer, options: object): Promise<Parsed>;
};
const NO_EXTRAS = { skipHtmlToText: true, skipTextToHtml: true, skipTextLinks: true, skipImageLinks: true };
const PLENTY = 100_000_000;

async function postalMime(raw: Buffer): Promise<Opinion | null> {
  const mail = await PostalMime.parse(raw, { maxNestingDepth: 60 }).catch(() => null);
  if (mail === null) return null;
  return {
    who: 'postal-mime',
    subject: mail.subject ?? '',
    from: mail.from?.address ?? '',
    attachments: mail.attachments.map(({ filename, mimeType, content }) => ({
      name: filename ?? '',
      type: mimeType,
      octets: typeof content === 'string' ? Buffer.from(content) : Buffer.from(new Uint8Array(content)),
    })),
  };
}

async function mailparser(raw: Buffer): Promise<Opinion | null> {
  const mail = await simpleParser(raw, NO_EXTRAS).catch(() => null);
  if (mail === null) return null;
  return {
    who: 'mailparser',
    subject: mail.subject ?? '',
    from: mail.from?.value[0]?.address ?? '',
    attachments: mail.attachments.map(({ filename, contentType, content }) => ({
      name: filename ?? '',
      type: contentType,
      octets: content,
    })),
  };
}

/** Text without what parsers rightly treat differently: white space, composition, the seven disputed characters. */
const plain = (text: string) =>
  text
    .replace(/[\s\u200b\ufeff]+/g, '')
    .replaceAll('〜', '～')
    .replaceAll('‖', '∥')
    .replaceAll('−', '－')
    .normalize('NFC');
const content = (octets: Buffer) => octets.toString('latin1').replace(/\s+/g, '');

/** They gave up on the characters: replaced them, or left escapes, UTF-7 or raw octets. */
const isUndecoded = (text: string) => /[\ufffd\x1b\x80-\x9f]|ï¿½|\+[A-Za-z0-9/]{2,}-|\$B/.test(text);
/** Messages inside and their like: others give a re-made text of them, we give a tree. */
const isTextual = (type: string) => /^(text|message|multipart)\//.test(type);

function differences(raw: Buffer, tree: MessageTree, opinion: Opinion): Difference[] {
  const summary = messageSummary(raw, tree);
  const found: Difference[] = [];
  const tell = (what: Difference['what'], theirs: string, ours: string) => {
    if (!isUndecoded(theirs) && !ours.includes('\ufffd')) found.push({ who: opinion.who, what, theirs, ours });
  };
  if (plain(opinion.subject) !== plain(summary.subject)) tell('subject', opinion.subject, summary.subject);
  const [from = ''] = summary.from.map(({ address }) => address.toLowerCase());
  if (opinion.from.includes('@') && opinion.from.toLowerCase() !== from) tell('from', opinion.from, from);
  const names = attachmentsOf(tree).map((part) => partName(part) ?? '');
  const bodies = new Set([...everyPart(tree)].map((part) => content(decodeBody(raw, part, PLENTY).octets)));
  for (const { name, type, octets } of opinion.attachments) {
    const shown = safeName(name);
    if (shown !== '' && !names.some((ours) => plain(ours) === plain(shown))) tell('name', shown, names.join(' | '));
    if (!isTextual(type) && !bodies.has(content(octets))) tell('attachment', `${shown} ${type}`, names.join(' | '));
  }
  return found;
}

/** Everything in which postal-mime and mailparser differ from the tree, where they could read the mail at all. */
export async function secondOpinions(raw: Buffer, tree: MessageTree): Promise<Difference[]> {
  const opinions = await Promise.all([postalMime(raw), mailparser(raw)]);
  return opinions.flatMap((opinion) => (opinion === null ? [] : differences(raw, tree, opinion)));
}
