import { jisX0213 } from './jisx0213.ts';

const ESC = 0x1b;

/** What the octets 0x21–0x7e stand for until the next escape sequence. */
type Mode = 'ascii' | 'kana' | 'jis' | 'jis0212' | 'plane1' | 'plane2' | 'gb2312' | 'ksc5601';

const DESIGNATIONS: Record<string, Mode> = {
  '(B': 'ascii',
  '(J': 'ascii',
  '(H': 'ascii',
  '(I': 'kana',
  '$@': 'jis',
  $B: 'jis',
  '$(@': 'jis',
  '$(B': 'jis',
  '$(D': 'jis0212',
  '$(O': 'plane1',
  '$(Q': 'plane1',
  '$(P': 'plane2',
  $A: 'gb2312',
  '$(A': 'gb2312',
  '$(C': 'ksc5601',
  '$)C': 'ksc5601',
};

const decoders = new Map<string, TextDecoder>();

function decodeAs(encoding: string, octets: Uint8Array): string {
  let decoder = decoders.get(encoding);
  if (decoder === undefined) decoders.set(encoding, (decoder = new TextDecoder(encoding)));
  return decoder.decode(octets);
}

/** Turns row and cell of JIS X 0208 into the two octets of Shift_JIS. */
function putShiftJis(target: Uint8Array, at: number, first: number, second: number): number {
  const row = first - 0x21;
  const lead = (row >> 1) + (row < 62 ? 0x81 : 0xc1);
  const trail = row & 1 ? second + 0x7e : second + (second < 0x60 ? 0x1f : 0x20);
  target[at] = lead;
  target[at + 1] = trail;
  return at + 2;
}

function decodePair(mode: Mode, first: number, second: number): string {
  const row = first - 0x20;
  const cell = second - 0x20;
  if (mode === 'gb2312') return decodeAs('gbk', Uint8Array.of(first | 0x80, second | 0x80));
  if (mode === 'ksc5601') return decodeAs('euc-kr', Uint8Array.of(first | 0x80, second | 0x80));
  if (mode === 'jis0212') return decodeAs('euc-jp', Uint8Array.of(0x8f, first | 0x80, second | 0x80));
  return jisX0213(mode === 'plane2' ? 2 : 1, row, cell) ?? '';
}

/**
 * Decodes ISO-2022-JP (RFC 1468) with what Japanese mailers add: half-width kana (CP50221, SO/SI), the characters of
 * NEC and IBM, JIS C 6226-1978, JIS X 0212, and the sets of -2 (RFC 1554), -3 and -2004. A line end leads back to
 * ASCII. What cannot be read becomes U+FFFD; octets above 0x7f are read as Shift_JIS.
 */
export function decodeIso2022Jp(octets: Uint8Array): string {
  const shiftJis = new Uint8Array(octets.length + 2);
  let filled = 0;
  let text = '';
  let mode: Mode = 'ascii';
  let shifted = false;
  let upperHalf: 'windows-1252' | 'iso-8859-7' | null = null;
  const flush = () => {
    if (filled > 0) text += decodeAs('shift_jis', shiftJis.subarray(0, filled));
    filled = 0;
  };
  const put = (piece: string) => {
    flush();
    text += piece === '' ? '\ufffd' : piece;
  };
  for (let i = 0; i < octets.length; ) {
    const octet = octets[i]!;
    if (octet === ESC) {
      const three = String.fromCharCode(octets[i + 1] ?? 0, octets[i + 2] ?? 0, octets[i + 3] ?? 0);
      const key = Object.hasOwn(DESIGNATIONS, three) ? three : three.slice(0, 2);
      if (Object.hasOwn(DESIGNATIONS, key)) {
        mode = DESIGNATIONS[key]!;
        i += 1 + key.length;
      } else if (three.startsWith('.A') || three.startsWith('.F')) {
        upperHalf = three[1] === 'A' ? 'windows-1252' : 'iso-8859-7';
        i += 3;
      } else if (three[0] === 'N' && i + 2 < octets.length) {
        put(upperHalf === null ? '' : decodeAs(upperHalf, Uint8Array.of(octets[i + 2]! | 0x80)));
        i += 3;
      } else {
        i += three.startsWith('&@') ? 3 : 1;
      }
      continue;
    }
    if (octet === 0x0e || octet === 0x0f) {
      shifted = octet === 0x0e;
      i++;
      continue;
    }
    if (octet < 0x21 || octet > 0x7e || (mode === 'ascii' && !shifted)) {
      if (octet === 0x0a || octet === 0x0d) {
        mode = 'ascii';
        shifted = false;
      }
      shiftJis[filled++] = octet;
      i++;
      continue;
    }
    if (shifted || mode === 'kana') {
      if (octet < 0x60) shiftJis[filled++] = octet | 0x80;
      else put('');
      i++;
      continue;
    }
    const second = octets[i + 1] ?? 0;
    if (second < 0x21 || second > 0x7e) {
      put('');
      i++;
      continue;
    }
    const special = mode === 'jis' ? undefined : decodePair(mode, octet, second);
    if (special === undefined || (special === '' && mode === 'plane1')) {
      filled = putShiftJis(shiftJis, filled, octet, second);
    } else {
      put(special);
    }
    i += 2;
  }
  flush();
  return text;
}

/** Whether the octets hold an escape sequence to Japanese characters. */
export function hasJapaneseEscape(octets: Buffer): boolean {
  for (let i = octets.indexOf(ESC); i !== -1; i = octets.indexOf(ESC, i + 1)) {
    const next = octets[i + 1];
    const after = octets[i + 2];
    if (next === 0x24 && (after === 0x40 || after === 0x42 || after === 0x28)) return true;
    if (next === 0x28 && after === 0x49) return true;
  }
  return false;
}

/** Whether the octets end in ASCII again, as they must in a header (RFC 1468). */
export function returnsToAscii(octets: Buffer): boolean {
  const last = octets.lastIndexOf(ESC);
  return last !== -1 && octets[last + 1] === 0x28 && (octets[last + 2] === 0x42 || octets[last + 2] === 0x4a);
}
