import { RecipientFileError } from './errors.ts';

/** How a file of recipients is written. Shift_JIS means code page 932, as Excel saves it in Japan. */
export type FileCharset = 'utf-8' | 'shift_jis';

/**
 * The text of a file and how it was written. Without being told, a byte order mark or well-formed UTF-8 decides, and
 * what is neither must be Shift_JIS; nothing is ever replaced silently.
 */
export function decodeFile(octets: Uint8Array, declared?: FileCharset): { text: string; charset: FileCharset } {
  if ((octets[0] === 0xff && octets[1] === 0xfe) || (octets[0] === 0xfe && octets[1] === 0xff))
    throw new RecipientFileError('it is UTF-16: save it as UTF-8 or Shift_JIS');
  const candidates: readonly FileCharset[] = declared === undefined ? ['utf-8', 'shift_jis'] : [declared];
  for (const charset of candidates) {
    const text = decode(octets, charset);
    if (text !== null) return { text, charset };
  }
  throw new RecipientFileError(`it is not well-formed ${candidates.join(' or ')}`, { candidates });
}

function decode(octets: Uint8Array, charset: FileCharset): string | null {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(octets);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
