import { ftsPhrase } from '@sekisho/words';
import { QueryError } from '../errors.ts';
import { withoutMarks } from '../tags.ts';
import { fieldNamed, misspelt, type QueryField } from './fields.ts';
import type { Query, QueryFilter, QueryTerm } from './query.ts';
import {
  parseAttachment,
  parseDates,
  parseDirection,
  parseDisposition,
  parseSize,
  parseState,
  stateNames,
} from './values.ts';

/** Bounds of a query, so that nobody can make the index work for minutes. */
export const QUERY_LIMITS = { characters: 2000, terms: 32 } as const;

/** Minutes by which the dates of a query are ahead of UTC: Japan's. */
export const DEFAULT_UTC_OFFSET_MINUTES = 540;

const OPENING = '"＂“”「';
const CLOSING: Readonly<Record<string, string>> = { '「': '」' };
const NAME = /^([\p{L}-]{1,20})[:：]/u;

/**
 * Reads a query: words and "phrases" that must all be there, and `field:value` in English or Japanese. Whatever is
 * not a known field with its colon is literal text; no character has a meaning inside a value.
 */
export function parseQuery(text: string, utcOffsetMinutes = DEFAULT_UTC_OFFSET_MINUTES): Query {
  if (text.length > QUERY_LIMITS.characters)
    throw new QueryError(QUERY_LIMITS.characters, `expected at most ${QUERY_LIMITS.characters} characters`);
  const terms: QueryTerm[] = [];
  const filters: QueryFilter[] = [];
  const hints: { position: number; written: string; meant: string }[] = [];
  for (let position = 0; ; ) {
    position += /^\s*/u.exec(text.slice(position))![0].length;
    if (position >= text.length) break;
    if (terms.length + filters.length >= QUERY_LIMITS.terms)
      throw new QueryError(position, `expected at most ${QUERY_LIMITS.terms} words and fields`);
    const [prefix, written] = NAME.exec(text.slice(position)) ?? [];
    const field = written === undefined ? undefined : fieldNamed(written);
    const meant = written === undefined || field ? null : misspelt(written);
    if (meant) hints.push({ position, written: written!, meant });
    const start = field ? position + prefix!.length : position;
    const value = readValue(text, start);
    if (field && value.text === '') throw new QueryError(start, `expected a value after "${field.name}:"`);
    if (field && !field.column) filters.push(filterOf(field, value.text, start, utcOffsetMinutes));
    else terms.push(checkTerm({ text: value.text, column: field?.column ?? null, position: start }));
    position = value.end;
  }
  return { terms, filters, hints };
}

function readValue(text: string, start: number): { text: string; end: number } {
  const opening = text[start];
  if (opening === undefined || !OPENING.includes(opening)) {
    const word = /^\S*/u.exec(text.slice(start))![0];
    return { text: word, end: start + word.length };
  }
  const closing = CLOSING[opening] ?? '"＂“”';
  let end = start + 1;
  while (end < text.length && !closing.includes(text[end]!)) end++;
  if (end >= text.length) throw new QueryError(start, 'the quotation mark is not closed');
  return { text: text.slice(start + 1, end), end: end + 1 };
}

function checkTerm(term: QueryTerm): QueryTerm {
  if (ftsPhrase(withoutMarks(term.text)) === null)
    throw new QueryError(term.position, `"${term.text}" has no letter or digit to search for`);
  return term;
}

function filterOf(field: QueryField, value: string, position: number, utcOffsetMinutes: number): QueryFilter {
  const filter = readFilter(field.name, value, utcOffsetMinutes);
  if (filter === null) throw new QueryError(position, `"${value}" is not ${EXPECTED[field.name]}`);
  return filter;
}

const EXPECTED: Readonly<Record<string, string>> = {
  attachment: '"yes", "no" or a type such as "pdf"',
  before: 'a date such as "2026-11-20"',
  after: 'a date such as "2026-11-20"',
  on: 'a date such as "2026-11-20"',
  larger: 'a size such as "500k" or "10MB"',
  smaller: 'a size such as "500k" or "10MB"',
  disposition: '"deliver", "hold", "quarantine" or "reject"',
  direction: '"reception" or "submission"',
  is: `one of ${stateNames.map((name) => `"${name}"`).join(', ')}`,
  'message-id': 'the id of a message',
};

function readFilter(name: string, value: string, utcOffsetMinutes: number): QueryFilter | null {
  if (name === 'attachment') return parseAttachment(value);
  if (name === 'disposition') return parseDisposition(value);
  if (name === 'direction') return parseDirection(value);
  if (name === 'is') return parseState(value);
  if (name === 'message-id') return { kind: 'message-id', is: value.replace(/^<|>$/g, '') };
  if (name === 'larger' || name === 'smaller') {
    const octets = parseSize(value);
    return octets === null ? null : { kind: name, octets };
  }
  const dates = parseDates(value, utcOffsetMinutes);
  if (!dates) return null;
  if (name === 'before') return { kind: 'received', from: null, until: dates.from };
  return { kind: 'received', from: dates.from, until: name === 'on' ? dates.until : null };
}
