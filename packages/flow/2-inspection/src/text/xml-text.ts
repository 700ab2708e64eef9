const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Elements whose end is a line end in the text. */
const LINES = new Set(['p', 'si', 'is', 'br', 'tr', 'tab']);

/**
 * The text of an Office XML part: what stands in elements called `t`, without phonetic guides (`rPh`). One pass from
 * left to right; no entity is ever declared, expanded or fetched, only the five of XML and numbers are known.
 */
export function xmlText(xml: string, maxCharacters: number): { readonly text: string; readonly isCut: boolean } {
  const pieces: string[] = [];
  let length = 0;
  let isText = false;
  let isPhonetic = false;
  const add = (piece: string) => {
    pieces.push(piece);
    length += piece.length;
  };
  for (let at = xml.indexOf('<'); at >= 0 && length < maxCharacters; ) {
    const end = endOfMarkup(xml, at);
    if (xml.startsWith('<![CDATA[', at)) {
      if (isText) add(xml.slice(at + 9, end - 3));
    } else {
      const name = localName(xml, at, end);
      const isEnd = xml[at + 1] === '/';
      const isWhole = xml[end - 2] === '/';
      if (name === 't') isText = !isEnd && !isWhole && !isPhonetic;
      else if (name === 'rPh') isPhonetic = !isEnd && !isWhole;
      else if ((isEnd || isWhole) && LINES.has(name)) add('\n');
    }
    const next = xml.indexOf('<', end);
    if (isText && next > end) add(unescapeXml(xml.slice(end, next)));
    at = next;
  }
  const text = pieces.join('');
  return { text: text.slice(0, maxCharacters), isCut: length >= maxCharacters };
}

/** Behind the markup that begins at `at`; behind everything when it has no end. */
function endOfMarkup(xml: string, at: number): number {
  const closing = xml.startsWith('<!--', at) ? '-->' : xml.startsWith('<![CDATA[', at) ? ']]>' : '>';
  const end = xml.indexOf(closing, at);
  return end < 0 ? xml.length : end + closing.length;
}

const MAX_NAME = 64;

function localName(xml: string, at: number, end: number): string {
  const tag = xml.slice(at + 1, Math.min(end, at + MAX_NAME));
  return /^\/?(?:[\w.-]+:)?([\w.-]+)/.exec(tag)?.[1] ?? '';
}

function unescapeXml(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(#x[0-9a-fA-F]{1,6}|#[0-9]{1,7}|lt|gt|amp|quot|apos);/g, (_whole, name: string) => {
    if (name[0] !== '#') return ENTITIES[name]!;
    const point = name[1] === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : '';
  });
}
