import { BareLineEndError } from './errors.ts';

const LF = 10;
const DOT = 46;
const WINDOW_OCTETS = 65_536;
const STUFFING = Buffer.from('.');
const END = Buffer.from('.\r\n');
const END_OF_OPEN_LINE = Buffer.from('\r\n.\r\n');

/**
 * A message as DATA carries it: a dot before each line that begins with one, and the end of data behind it (RFC 5321
 * §4.5.2). Throws at a bare CR or LF, so that no next hop can be made to see an end that is none. The result shares
 * the memory of `parts`.
 */
export function formatData(parts: readonly Buffer[]): Buffer[] {
  const out: Buffer[] = [];
  let before = 0;
  let lineStart = true;
  let afterCr = false;
  for (const part of parts) {
    let kept = 0;
    for (let from = 0; from < part.length; from += WINDOW_OCTETS) {
      const text = part.toString('latin1', from, Math.min(part.length, from + WINDOW_OCTETS));
      let at = 0;
      if (afterCr) {
        if (text.charCodeAt(0) !== LF) throw new BareLineEndError('CR', before + from - 1);
        at = 1;
        lineStart = true;
        afterCr = false;
      }
      while (at < text.length) {
        if (lineStart && text.charCodeAt(at) === DOT) {
          if (from + at > kept) out.push(part.subarray(kept, from + at));
          out.push(STUFFING);
          kept = from + at;
        }
        const lf = text.indexOf('\n', at);
        const cr = text.indexOf('\r', at);
        if (lf < 0 ? cr >= 0 && cr < text.length - 1 : lf === 0 || cr !== lf - 1) {
          const isCr = cr >= 0 && (lf < 0 || cr < lf);
          throw new BareLineEndError(isCr ? 'CR' : 'LF', before + from + (isCr ? cr : lf));
        }
        lineStart = lf >= 0;
        afterCr = lf < 0 && cr >= 0;
        at = lf < 0 ? text.length : lf + 1;
      }
    }
    if (kept === 0 && part.length > 0) out.push(part);
    else if (kept < part.length) out.push(part.subarray(kept));
    before += part.length;
  }
  if (afterCr) throw new BareLineEndError('CR', before - 1);
  out.push(lineStart ? END : END_OF_OPEN_LINE);
  return out;
}
