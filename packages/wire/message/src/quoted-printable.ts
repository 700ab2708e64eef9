const EQUALS = 61;
const LF = 10;
const CR = 13;

const VALUES = new Int8Array(256).fill(-1);
for (const [value, digit] of [...'0123456789ABCDEF'].entries()) {
  VALUES[digit.charCodeAt(0)] = value;
  VALUES[digit.toLowerCase().charCodeAt(0)] = value;
}

/** Behind the soft line break that begins with the `=` at `at`, white space before the line end allowed; -1 if it is none. */
function softBreak(octets: Buffer, at: number, end: number): number {
  let next = at + 1;
  while (next < end && (octets[next] === 32 || octets[next] === 9)) next++;
  if (next >= end) return end;
  if (octets[next] === CR && octets[next + 1] === LF) return next + 2;
  return octets[next] === LF || (octets[next] === CR && next + 1 >= end) ? next + 1 : -1;
}

/** Decodes quoted-printable (RFC 2045 §6.7). A body without `=` is a view, not a copy; broken escapes stay as they are. */
export function decodeQuotedPrintable(octets: Buffer, start: number, end: number): { octets: Buffer; broken: boolean } {
  const body = octets.subarray(start, end);
  let equals = body.indexOf(EQUALS);
  if (equals === -1) return { octets: body, broken: false };
  const decoded = Buffer.allocUnsafe(body.length);
  let length = 0;
  let from = 0;
  let broken = false;
  while (equals !== -1) {
    length += body.copy(decoded, length, from, equals);
    from = equals;
    while (body[from] === EQUALS) {
      const high = VALUES[body[from + 1] ?? 0]!;
      const low = high === -1 ? -1 : VALUES[body[from + 2] ?? 0]!;
      if (low !== -1) {
        decoded[length++] = high * 16 + low;
        from += 3;
        continue;
      }
      const next = softBreak(body, from, body.length);
      if (next === -1) {
        broken = true;
        decoded[length++] = EQUALS;
        from++;
      } else {
        from = next;
      }
    }
    equals = from < body.length ? body.indexOf(EQUALS, from) : -1;
  }
  length += body.copy(decoded, length, from);
  return { octets: decoded.subarray(0, length), broken };
}
