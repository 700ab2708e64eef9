import type { Field, Part, TransferEncoding } from './tree.ts';

/** A part while it is read. */
export interface OpenPart extends Omit<Part, 'body' | 'parts' | 'message' | 'otherReadings'> {
  body: [number, number];
  parts?: OpenPart[];
  message?: OpenPart;
  otherReadings?: OpenPart[];
}

/** How to read an entity differently from the way we do. */
export interface Manner {
  /** The Content-Type to follow. */
  readonly typeField?: Field;
  readonly boundary?: string;
  readonly encoding?: TransferEncoding;
  /** A line that only begins with the boundary counts as one. */
  readonly prefix?: boolean;
  /** The body begins here, at a line that we pass over in the header. */
  readonly bodyAt?: number;
  /** Only CR LF ends a header line. */
  readonly strict?: boolean;
}

/** Our own manner. */
export const OURS: Manner = {};

/** An entity that others read in another manner. */
export interface PendingReading {
  readonly part: OpenPart;
  readonly manner: Manner;
}

const MESSAGE_SUBTYPES = new Set(['rfc822', 'global', 'news']);

/** Whether a body of this type is a message (RFC 2046 §5.2.1, RFC 6532 §3.7). */
export const isMessageType = (part: Pick<Part, 'type' | 'subtype'>) =>
  part.type === 'message' && MESSAGE_SUBTYPES.has(part.subtype);

/** Whether the octets of the body are the content itself. */
export const isIdentity = (encoding: TransferEncoding) => encoding !== 'base64' && encoding !== 'quoted-printable';
