const CR = 13;
const LF = 10;

/** The octets of a text with LF for every line end (CR LF or bare CR); the same view if there is no CR. */
export function unixLineEnds(octets: Buffer): Buffer {
  const first = octets.indexOf(CR);
  if (first === -1) return octets;
  const text = Buffer.allocUnsafe(octets.length);
  let length = octets.copy(text, 0, 0, first);
  for (let i = first; i < octets.length; i++) {
    const octet = octets[i]!;
    if (octet !== CR) text[length++] = octet;
    else if (octets[i + 1] !== LF) text[length++] = LF;
  }
  return text.subarray(0, length);
}
