import { decodeEntities } from './html-entities.ts';

/** Elements whose content is no text and ends only at their own end tag. */
const HIDDEN = new Set(['script', 'style', 'noembed', 'noframes', 'iframe', 'xmp', 'template']);
const BLOCKS = new Set(
  'address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hr html legend li main menu nav ol option p pre section summary table tbody tfoot thead title tr ul'.split(
    ' ',
  ),
);
const CELLS = new Set(['td', 'th']);
const CJK = /[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]/;
const LF = 10;
const SLASH = 47;
const EQUALS = 61;
const CLOSE = 62;
const isSpace = (code: number) => code === 32 || (code >= 9 && code <= 13 && code !== 11);

/** A tag from `<` on: its name (a slash before it for end tags), its end, and the text of `alt`. */
interface Tag {
  readonly name: string;
  readonly end: number;
  readonly alt: string;
}

/** Where the characters that `stops` does not want begin, from `at` on. */
function until(html: string, at: number, stops: (code: number) => boolean): number {
  let end = at;
  while (end < html.length && !stops(html.charCodeAt(end))) end++;
  return end;
}

const endsName = (code: number) => isSpace(code) || code === CLOSE || code === SLASH;
const endsAttribute = (code: number) => isSpace(code) || code === CLOSE || code === EQUALS;
const endsValue = (code: number) => isSpace(code) || code === CLOSE;
const isNoSpace = (code: number) => !isSpace(code);

/** Reads a tag; quotes may hold `>`. A tag that never ends goes on to the end, as in a browser. */
function readTag(html: string, at: number): Tag {
  let end = until(html, html.charCodeAt(at + 1) === SLASH ? at + 2 : at + 1, endsName);
  const name = html.slice(at + 1, Math.min(end, at + 32)).toLowerCase();
  let alt = '';
  while (end < html.length && html.charCodeAt(end) !== CLOSE) {
    if (endsName(html.charCodeAt(end))) {
      end++;
      continue;
    }
    const start = end;
    end = until(html, start + 1, endsAttribute);
    const attribute = html.slice(start, Math.min(end, start + 8)).toLowerCase();
    end = until(html, end, isNoSpace);
    if (html.charCodeAt(end) !== EQUALS) continue;
    end = until(html, end + 1, isNoSpace);
    const quote = html[end] === '"' || html[end] === "'" ? html[end]! : '';
    const valueStart = end + quote.length;
    if (quote === '') {
      end = until(html, end, endsValue);
    } else {
      const close = html.indexOf(quote, valueStart);
      end = close === -1 ? html.length : close;
    }
    if (attribute === 'alt') alt = html.slice(valueStart, end);
    end += quote.length;
  }
  return { name, end: Math.min(end + 1, html.length), alt };
}

/** Collects text the way it is shown: white space collapsed, and dropped where a line of Japanese text is folded. */
class TextCollector {
  readonly #pieces: string[] = [];
  readonly #max: number;
  #length = 0;
  #last = '\n';
  #gap: '' | ' ' | '\n' = '';
  #folded = false;

  constructor(max: number) {
    this.#max = max;
  }

  get isFull(): boolean {
    return this.#length >= this.#max;
  }

  break(): void {
    this.#gap = '\n';
  }

  space(): void {
    if (this.#gap === '') this.#gap = ' ';
  }

  add(text: string, preformatted: boolean): void {
    if (preformatted) {
      this.#put(text);
      return;
    }
    for (let at = 0; at < text.length; ) {
      let end = at;
      while (end < text.length && !isSpace(text.charCodeAt(end))) end++;
      if (end > at) this.#put(text.slice(at, end));
      for (at = end; at < text.length && isSpace(text.charCodeAt(at)); at++) {
        if (text.charCodeAt(at) === LF) this.#folded = true;
      }
      if (at > end) this.space();
    }
  }

  #put(text: string): void {
    if (text === '' || this.isFull) return;
    const joins = this.#gap === ' ' && this.#folded && CJK.test(this.#last) && CJK.test(text[0]!);
    const gap = this.#last === '\n' || joins ? '' : this.#gap;
    const room = this.#max - this.#length - gap.length;
    const piece = gap + (text.length > room ? text.slice(0, Math.max(room, 0)) : text);
    this.#pieces.push(piece);
    this.#length += piece.length;
    this.#last = piece.at(-1) ?? this.#last;
    this.#gap = '';
    this.#folded = false;
  }

  take(): string {
    return this.#pieces.join('');
  }
}

/**
 * The text of HTML, at most `max` characters: in one pass and without recursion. Scripts and styles are dropped, text
 * of links and `alt` of images kept, references decoded; block elements end lines.
 */
export function htmlToText(html: string, max: number): string {
  const text = new TextCollector(max);
  let preformatted = 0;
  let at = 0;
  while (at < html.length && !text.isFull) {
    const open = html.indexOf('<', at);
    const end = open === -1 ? html.length : open;
    if (end > at) text.add(decodeEntities(html.slice(at, end)), preformatted > 0);
    if (open === -1) break;
    const next = html[open + 1] ?? '';
    if (next === '!' || next === '?') {
      const close = html.startsWith('<!--', open) ? html.indexOf('-->', open + 2) : html.indexOf('>', open);
      at = close === -1 ? html.length : close + (html.startsWith('<!--', open) ? 3 : 1);
      continue;
    }
    if (!/[A-Za-z/]/.test(next)) {
      text.add('<', preformatted > 0);
      at = open + 1;
      continue;
    }
    const tag = readTag(html, open);
    const name = tag.name.startsWith('/') ? tag.name.slice(1) : tag.name;
    const opens = name === tag.name;
    at = tag.end;
    if (opens && HIDDEN.has(name)) {
      at = endOfHidden(html, at, name);
    } else if (BLOCKS.has(name)) {
      text.break();
      if (name === 'pre') preformatted = Math.max(0, preformatted + (opens ? 1 : -1));
    } else if (CELLS.has(name)) {
      text.space();
    } else if (name === 'img' && tag.alt !== '') {
      text.space();
      text.add(decodeEntities(tag.alt), false);
      text.space();
    }
  }
  return text.take();
}

/** Behind the end tag of an element whose content is not shown; the end where there is none. */
function endOfHidden(html: string, from: number, name: string): number {
  const pattern = new RegExp(`</${name}[\\s/>]`, 'gi');
  pattern.lastIndex = from;
  const match = pattern.exec(html);
  return match === null ? html.length : readTag(html, match.index).end;
}
