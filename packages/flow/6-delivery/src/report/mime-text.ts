const ENCODED_WORD_CHARACTERS = 14;
const FOLD_AT = 72;

/** A header field's text as encoded words (RFC 2047 §2), folded, so that any text is safe in a field. */
export function encodeWords(text: string): string {
  const characters = [...text];
  const words: string[] = [];
  for (let at = 0; at < characters.length; at += ENCODED_WORD_CHARACTERS) {
    const piece = characters.slice(at, at + ENCODED_WORD_CHARACTERS).join('');
    words.push(`=?UTF-8?B?${Buffer.from(piece).toString('base64')}?=`);
  }
  return words.join('\r\n ');
}

/** Base64 in lines of 76 characters (RFC 2045 §6.8), each with its CRLF. */
export function base64Lines(octets: Buffer): string {
  return octets.toString('base64').replace(/.{1,76}/g, '$&\r\n');
}

/** Foreign words made harmless: printable, one line, bounded. */
export function quietLine(text: string, characters: number): string {
  const quiet = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ').trim();
  const all = [...quiet];
  return all.length <= characters ? quiet : `${all.slice(0, characters).join('')} …`;
}

/** The same in ASCII; what is none becomes `?`. */
export function quietAscii(text: string, characters: number): string {
  return quietLine(text, characters)
    .replace(/…$/, '...')
    .replace(/[^\x20-\x7e]/gu, '?');
}

/** One field, folded at white space so that lines stay short (RFC 5322 §2.2.3); long words are cut apart. */
export function foldField(name: string, value: string): string {
  const lines: string[] = [];
  let line = `${name}:`;
  for (const word of value.split(/\s+/).flatMap((one) => one.match(/.{1,200}/gsu) ?? [])) {
    if (line.length + 1 + word.length > FOLD_AT && line !== `${name}:`) {
      lines.push(line);
      line = '';
    }
    line += ` ${word}`;
  }
  return `${[...lines, line].join('\r\n')}\r\n`;
}
