/** What the header section of a message says to the gateway; `open` while its end has not come. */
export type HeaderCheck = 'ok' | 'loop' | 'header-too-big' | 'open';

const END = Buffer.from('\r\n\r\n');
/** `Received:` and its CRLF: what is shorter than so many times this cannot hold so many fields. */
const SHORTEST_RECEIVED_OCTETS = 11;
const RECEIVED = /received[ \t]*:/iy;

/** Counts Received fields (RFC 5321 §6.3) and octets of the header section at the start of a body. */
export function checkHeader(
  body: readonly Buffer[],
  limits: { readonly headerOctets: number; readonly receivedFields: number },
): HeaderCheck {
  let start = body[0];
  if (start === undefined) return 'open';
  let end = endOfHeader(start);
  if (end < 0 && body.length > 1) {
    start = firstOctets(body, limits.headerOctets + END.length);
    end = endOfHeader(start);
  }
  const octets = end < 0 ? start.length : end;
  if (octets > limits.headerOctets) return 'header-too-big';
  if (octets > limits.receivedFields * SHORTEST_RECEIVED_OCTETS) {
    if (receivedFields(start.toString('latin1', 0, octets)) > limits.receivedFields) return 'loop';
  }
  return end < 0 ? 'open' : 'ok';
}

function endOfHeader(start: Buffer): number {
  return start[0] === 13 ? 0 : start.indexOf(END);
}

function firstOctets(body: readonly Buffer[], most: number): Buffer {
  const taken: Buffer[] = [];
  for (let at = 0, octets = 0; at < body.length && octets < most; at++) {
    taken.push(body[at]!);
    octets += body[at]!.length;
  }
  return Buffer.concat(taken);
}

function receivedFields(header: string): number {
  let count = 0;
  for (let at = 0; ; ) {
    RECEIVED.lastIndex = at;
    if (RECEIVED.test(header)) count++;
    at = header.indexOf('\n', at) + 1;
    if (at === 0) return count;
  }
}
