const PLUS = 43;
const MINUS = 45;

const isBase64 = (octet: number) =>
  (octet >= 65 && octet <= 90) ||
  (octet >= 97 && octet <= 122) ||
  (octet >= 48 && octet <= 57) ||
  octet === PLUS ||
  octet === 47;

/** Decodes UTF-7 (RFC 2152); only ever used where a mail declares it. */
export function decodeUtf7(octets: Buffer): string {
  const pieces: string[] = [];
  let from = 0;
  for (let plus = octets.indexOf(PLUS); plus !== -1; plus = octets.indexOf(PLUS, from)) {
    pieces.push(octets.toString('latin1', from, plus));
    let end = plus + 1;
    while (end < octets.length && isBase64(octets[end]!)) end++;
    if (end === plus + 1) {
      pieces.push('+');
    } else {
      const units = Buffer.from(octets.toString('latin1', plus + 1, end), 'base64');
      pieces.push(
        units
          .subarray(0, units.length & ~1)
          .swap16()
          .toString('utf16le'),
      );
    }
    from = octets[end] === MINUS ? end + 1 : end;
  }
  pieces.push(octets.toString('latin1', from));
  return pieces.join('');
}
