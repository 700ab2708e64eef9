import { ftsPhrase, words } from '@sekisho/words';
import { isOneCharacter } from './character-tags.ts';
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
  const character = phrase.endsWith('*') ? loneCharacter(clean) : null;
  if (character === null) return column ? `${column} : ${phrase}` : phrase;
  const alone = column ? `${column} : ${quoted(character)}` : quoted(character);
  return oneOf([alone, ...(column ? [column] : ALL_COLUMNS).map((one) => quoted(characterTag(one, character)))]);
}

/** The character that the text comes to when it is one alone and has tags. */
function loneCharacter(text: string): string | null {
  const [first, ...rest] = words(text);
  return first !== undefined && rest.length === 0 && isOneCharacter(first) ? first : null;
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
