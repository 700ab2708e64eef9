import { ftsPhrase, words } from '@sekisho/words';
import { isOneCharacter, isWord } from './character-tags.ts';
import type { QueryFilter, QueryTerm } from './query/query.ts';
import {
  attachmentTypeTag,
  attachmentTag,
  COLUMNS,
  type Column,
  characterTag,
  directionTag,
  dispositionTag,
  messageIdTag,
  sizeClassOf,
  sizeClassTag,
  withoutMarks,
} from './tags.ts';

const ALL_COLUMNS = Object.keys(COLUMNS) as Column[];
const LARGEST_CLASS = 40;

/** A tag or token as FTS5 takes it literally; none of them holds a quotation mark. */
const quoted = (token: string) => `"${token}"`;
const oneOf = (parts: readonly string[]) => (parts.length === 1 ? parts[0]! : `(${parts.join(' OR ')})`);

/** The MATCH expression of a term, or `null` when nothing of it is ever indexed. */
export function termExpression({ text, column }: QueryTerm): string | null {
  const clean = withoutMarks(text);
  const phrase = ftsPhrase(clean);
  if (phrase === null) return null;
  const tagged = phrase.endsWith('*') ? taggedForm(words(clean)) : null;
  if (tagged === null) return column ? `${column} : ${phrase}` : phrase;
  const tags = (column ? [column] : ALL_COLUMNS).map((one) => quoted(characterTag(one, tagged.tag)));
  if (tagged.token === null) return oneOf(tags);
  return oneOf([column ? `${column} : ${quoted(tagged.token)}` : quoted(tagged.token), ...tags]);
}

/** What tags know of one character alone (which may be a token too), or of a word with one character behind it. */
function taggedForm(tokens: readonly string[]): { tag: string; token: string | null } | null {
  const last = tokens.at(-1);
  if (last === undefined || !isOneCharacter(last)) return null;
  if (tokens.length === 1) return { tag: last, token: last };
  return tokens.length === 2 && isWord(tokens[0]!) ? { tag: tokens[0]! + last, token: null } : null;
}

/** The MATCH expression of a filter, or `null` when rows alone can tell. It may let more through, never less. */
export function filterExpression(filter: QueryFilter): string | null {
  switch (filter.kind) {
    case 'direction':
      return quoted(directionTag(filter.is));
    case 'disposition':
      return quoted(dispositionTag(filter.is));
    case 'attachment':
      return quoted(attachmentTag(filter.present));
    case 'attachment-type':
      return oneOf(filter.types.map((type) => quoted(attachmentTypeTag(type))));
    case 'attachment-extension':
      return termExpression({ text: filter.is, column: 'names', position: 0 });
    case 'message-id':
      return quoted(messageIdTag(filter.is));
    case 'larger':
      return sizeClasses(sizeClassOf(filter.octets), LARGEST_CLASS);
    case 'smaller':
      return sizeClasses(0, sizeClassOf(filter.octets));
    case 'received':
    case 'partly-indexed':
      return null;
  }
}

function sizeClasses(from: number, to: number): string {
  const classes: string[] = [];
  for (let one = from; one <= to; one++) classes.push(quoted(sizeClassTag(one)));
  return oneOf(classes);
}
