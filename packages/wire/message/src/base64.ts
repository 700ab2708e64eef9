/** 0: a digit or a line end; 1: padding; 2: anything else. */
const CLASS = new Uint8Array(256).fill(2);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/\r\n\t ') {
  CLASS[character.charCodeAt(0)] = 0;
}
CLASS['='.charCodeAt(0)] = 1;

/** Where a base64 body departs from RFC 2045 §6.8; -1 where it does not. */
export interface Base64Faults {
  readonly junkAt: number;
  /** Padding with digits behind it: some readers stop there, others go on. */
  readonly paddingInsideAt: number;
}

/** Looks for octets that are no base64, and for padding before the end. */
export function findBase64Faults(octets: Buffer, start: number, end: number): Base64Faults {
  let junkAt = -1;
  let paddingAt = -1;
  let paddingInsideAt = -1;
  let i = start;
  while (i < end) {
    while (i < end && CLASS[octets[i]!] === 0) i++;
    if (i >= end) break;
    if (CLASS[octets[i]!] === 2 && junkAt === -1) junkAt = i;
    if (CLASS[octets[i]!] === 1 && paddingAt === -1) paddingAt = i;
    i++;
    if (junkAt !== -1 && paddingAt !== -1) break;
  }
  for (i = paddingAt + 1; paddingAt !== -1 && i < end; i++) {
    const octet = octets[i]!;
    if (CLASS[octet] === 0 && octet > 32) {
      paddingInsideAt = paddingAt;
      break;
    }
  }
  return { junkAt, paddingInsideAt };
}

/**
 * Decodes base64 and passes over what is none. Padding inside ends a group, not the body: base64 texts put one behind
 * the other are all decoded.
 */
export function decodeBase64(octets: Buffer, start: number, end: number): Buffer {
  const text = octets.toString('latin1', start, end);
  const padding = text.indexOf('=');
  if (padding === -1 || /^[=\s]*$/.test(text.slice(padding))) return Buffer.from(text, 'base64');
  const decoded = Buffer.allocUnsafe(Math.ceil((text.length * 3) / 4) + 3);
  let length = 0;
  for (let from = 0; from < text.length; ) {
    const stop = text.indexOf('=', from);
    const groupEnd = stop === -1 ? text.length : stop;
    if (groupEnd > from) length += decoded.write(text.slice(from, groupEnd), length, 'base64');
    from = groupEnd + 1;
  }
  return decoded.subarray(0, length);
}
