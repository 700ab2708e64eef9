import { type DecodedText, decodeCharset } from './decode-charset.ts';
import { decodeBody } from './decode-body.ts';
import { unflow } from './flowed.ts';
import { unixLineEnds } from './line-ends.ts';
import type { Part } from './tree.ts';

/** The text of a part, line ends as LF. HTML is still HTML. */
export interface PartText extends DecodedText {
  /** The body holds more octets than were asked for. */
  readonly truncated: boolean;
}

const META_OCTETS = 2_048;

/** The charset in a `meta` element near the beginning; UTF-7 is not believed, UTF-16 cannot be meant. */
function metaCharset(octets: Buffer): string | undefined {
  const head = octets.toString('latin1', 0, META_OCTETS).toLowerCase();
  for (let at = head.indexOf('<meta'); at !== -1; at = head.indexOf('<meta', at + 5)) {
    const match = /charset\s{0,5}=\s{0,5}["']?([a-z0-9_.:-]{1,40})/.exec(head.slice(at, at + 300));
    const label = match?.[1];
    if (label !== undefined) return /utf-?(7|16)/.test(label) ? undefined : label;
  }
  return undefined;
}

/** Leaves out the uuencoded files of a text: they are parts of their own. */
function withoutFiles(raw: Buffer, part: Part): Buffer | null {
  const files = (part.otherReadings ?? []).filter((reading) => reading.encoding === 'uuencode');
  if (files.length === 0 || part.encoding === 'uuencode') return null;
  const pieces: Buffer[] = [];
  let [from] = part.body;
  for (const { body } of files) {
    pieces.push(raw.subarray(from, body[0]));
    from = body[1];
  }
  pieces.push(raw.subarray(from, part.body[1]));
  return Buffer.concat(pieces);
}

/** The text of a part, up to `maxOctets` of its decoded body, in the encoding it is really in. Never throws. */
export function decodeText(raw: Buffer, part: Part, maxOctets: number): PartText {
  const body = decodeBody(raw, part, maxOctets);
  const octets = withoutFiles(raw, part)?.subarray(0, maxOctets) ?? body.octets;
  const label = part.charset ?? (part.subtype === 'html' ? metaCharset(octets) : undefined);
  const isWide = octets.includes(0);
  const decoded = decodeCharset(isWide ? octets : unixLineEnds(octets), label);
  let text = isWide ? decoded.text.replace(/\r\n?/g, '\n') : decoded.text;
  if (part.subtype === 'plain' && part.parameters['format']?.toLowerCase() === 'flowed') {
    text = unflow(text, part.parameters['delsp']?.toLowerCase() === 'yes');
  }
  return { text, charset: decoded.charset, truncated: body.truncated, defects: [...body.defects, ...decoded.defects] };
}
