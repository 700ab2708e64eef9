import {
  attachmentsOf,
  decodeText,
  fieldsNamed,
  htmlToText,
  type MessageSummary,
  type MessageTree,
  type Part,
  parseAddressList,
  textPartsOf,
  unfoldField,
} from '@sekisho/message';
import { indexText } from '@sekisho/words';
import type { Contents } from './contents/contents.ts';
import { cropPart } from './contents/crop-part.ts';
import type { IndexWords } from './inspection.ts';
import type { TextBudget } from './text/text-budget.ts';

/** Octets of one text part, still encoded, that are decoded for the index. */
const MAX_BODY_OCTETS = 4 * 1024 * 1024;

export const NO_WORDS: IndexWords = { subject: '', from: '', to: '', body: '', names: '', attached: '' };

/** The words of header and bodies, as far as the budget goes; {@link addContents} brings those of attachments. */
export function messageWords(raw: Buffer, tree: MessageTree, summary: MessageSummary, budget: TextBudget): IndexWords {
  const take = (text: string) => indexText(budget.take(text));
  return {
    subject: take(summary.subject),
    from: take(peopleText(summary.from) + namedPeople(raw, tree, ['sender', 'reply-to'])),
    to: take(peopleText(summary.to) + peopleText(summary.cc) + namedPeople(raw, tree, ['bcc'])),
    body: indexText(bodyText(raw, tree, budget)),
    names: take(attachmentNames(tree)),
    attached: '',
  };
}

/** The same words, with the names of files in archives and the text of attached documents. */
export function addContents(words: IndexWords, contents: Contents, budget: TextBudget): IndexWords {
  const members = budget.take(
    contents.files
      .filter((file) => file.depth > 0)
      .map((file) => `${file.name}\n`)
      .join(''),
  );
  return {
    ...words,
    names: members === '' ? words.names : `${words.names} ${indexText(members)}`.trim(),
    attached: indexText(contents.texts.filter((text) => text !== '').join('\n')),
  };
}

type People = MessageSummary['from'];

const peopleText = (people: People) => people.map(({ name, address }) => `${name}\n${address}\n`).join('');

const namedPeople = (raw: Buffer, tree: MessageTree, names: readonly string[]) =>
  names
    .map((name) =>
      fieldsNamed(raw, tree, name)
        .map((field) => peopleText(parseAddressList(unfoldField(raw, field))))
        .join(''),
    )
    .join('');

const attachmentNames = (tree: MessageTree) =>
  attachmentsOf(tree)
    .flatMap((part) => [part.name ?? '', ...(part.otherNames ?? [])])
    .filter((name) => name !== '')
    .map((name) => `${name.normalize('NFC')}\n`)
    .join('');

/** Plain text first; HTML only where it says something else, which in most mails it does not. */
function bodyText(raw: Buffer, tree: MessageTree, budget: TextBudget): string {
  const parts = textPartsOf(tree);
  const isHtml = (part: Part) => part.subtype === 'html';
  const seen = new Set<string>();
  const texts: string[] = [];
  for (const part of [...parts.filter((one) => !isHtml(one)), ...parts.filter(isHtml)]) {
    const { text, isWhole } = partText(raw, part, budget.left);
    const squeezed = parts.length > 1 ? text.replace(/\s+/g, '') : text;
    if (!seen.has(squeezed)) texts.push(budget.take(text, isWhole));
    seen.add(squeezed);
  }
  return texts.join('\n');
}

function partText(raw: Buffer, part: Part, maxCharacters: number): { text: string; isWhole: boolean } {
  if (maxCharacters === 0) return { text: '', isWhole: part.body[0] === part.body[1] };
  const cropped = cropPart(part, MAX_BODY_OCTETS);
  const { text } = decodeText(raw, cropped, MAX_BODY_OCTETS);
  if (part.subtype !== 'html') return { text, isWhole: cropped === part };
  const shown = htmlToText(text, maxCharacters);
  return { text: shown, isWhole: cropped === part && shown.length < maxCharacters };
}
