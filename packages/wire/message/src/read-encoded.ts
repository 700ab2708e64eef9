import { decodeBody } from './decode-body.ts';
import { parseMessage } from './parse-message.ts';
import { type MessageLimits, type MessageTree, type Part, messageLimits } from './tree.ts';

/** What a reader finds who decodes an entity before reading its structure. */
export interface EncodedReading {
  /** Header of the part without its encoding, and the decoded body: for scanning only, it is never sent or stored. */
  readonly raw: Buffer;
  readonly tree: MessageTree;
}

/**
 * Reads a multipart or message that is encoded though it must not be (RFC 2045 §6.4; ambiguities `encoded-multipart`
 * and `encoded-message`); `null` for any other part. Offsets of the tree are those of the returned octets.
 */
export function readEncoded(
  raw: Buffer,
  part: Part,
  maxOctets: number,
  limits: MessageLimits = messageLimits,
): EncodedReading | null {
  if (part.type !== 'multipart' && part.type !== 'message') return null;
  if (part.encoding !== 'base64' && part.encoding !== 'quoted-printable') return null;
  const { octets } = decodeBody(raw, part, maxOctets);
  if (part.type === 'message') return { raw: octets, tree: parseMessage(octets, limits) };
  const fields = part.fields
    .filter((field) => field.name !== 'content-transfer-encoding')
    .map((field) => raw.subarray(field.start, field.end));
  const entity = Buffer.concat([...fields, Buffer.from('\r\n'), octets]);
  return { raw: entity, tree: parseMessage(entity, limits) };
}
