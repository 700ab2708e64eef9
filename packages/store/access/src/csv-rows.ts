import { RecipientFileError } from './errors.ts';

/** A row of a file and the line on which it begins, counted from 1. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

const BREAK = /\r\n|\r|\n/g;

/**
 * The rows of a text in comma-separated values (RFC 4180), empty ones left out. Quoted cells may hold commas, doubled
 * quotes and line breaks; lines may end as on any system.
 */
export function csvRows(text: string): CsvRow[] {
  const rows: CsvRow[] = [];
  let [at, line] = [0, 1];
  while (at < text.length) {
    const cells: string[] = [];
    const begun = line;
    for (;;) {
      const cell = text[at] === '"' ? quotedCell(text, at, line) : bareCell(text, at);
      cells.push(cell.text);
      line += cell.text.match(BREAK)?.length ?? 0;
      at = cell.end;
      if (text[at] !== ',') break;
      at += 1;
    }
    if (at < text.length && !/[\r\n]/.test(text[at]!))
      throw new RecipientFileError(`line ${line}: something follows a quoted cell`, { line });
    at += text.startsWith('\r\n', at) ? 2 : 1;
    line += 1;
    if (cells.some((cell) => cell.trim() !== '')) rows.push({ line: begun, cells });
  }
  return rows;
}

function bareCell(text: string, from: number): { text: string; end: number } {
  let end = from;
  while (end < text.length && text[end] !== ',' && text[end] !== '\n' && text[end] !== '\r') end += 1;
  return { text: text.slice(from, end), end };
}

function quotedCell(text: string, from: number, line: number): { text: string; end: number } {
  let cell = '';
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) throw new RecipientFileError(`line ${line}: a quoted cell has no end`, { line });
    cell += text.slice(at, quote);
    if (text[quote + 1] !== '"') return { text: cell, end: quote + 1 };
    cell += '"';
    at = quote + 2;
  }
}
