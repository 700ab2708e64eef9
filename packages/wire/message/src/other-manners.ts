import type { ContentFields, Description } from './describe-part.ts';
import { isIdentity, isMessageType, type Manner, type OpenPart } from './open-part.ts';
import type { ParseState } from './parse-state.ts';
import type { HeaderScan } from './scan-header.ts';

const MOST_TYPES = 3;

/** Tells where a header lets others see another body, and lists the manners in which they read it. */
export function otherManners(
  state: ParseState,
  part: OpenPart,
  scan: HeaderScan,
  content: ContentFields,
  { boundary, otherEncodings }: Pick<Description, 'boundary' | 'otherEncodings'>,
): Manner[] {
  const manners: Manner[] = [];
  const [at] = part.header;
  const [, secondType] = content.types;
  const [, secondDisposition] = content.dispositions;
  const [, secondEncoding] = content.encodings;
  if (secondType !== undefined) {
    state.tell('content-type-twice', secondType.start, '');
    manners.push(...content.types.slice(1, 1 + MOST_TYPES).map((typeField) => ({ typeField })));
  }
  if (secondDisposition !== undefined) state.tell('content-disposition-twice', secondDisposition.start, '');
  if (secondEncoding !== undefined) {
    state.tell('transfer-encoding-twice', secondEncoding.start, '');
    manners.push(...otherEncodings.map((encoding) => ({ encoding })));
  }
  if (part.encoding === 'unknown') manners.push({ encoding: 'base64' }, { encoding: 'quoted-printable' });
  if (part.type === 'multipart' && boundary.boundary === null) state.tell('boundary-missing', at, '');
  manners.push(...boundary.others.map((other) => ({ boundary: other })));
  if (scan.garbageAt !== -1) manners.push({ bodyAt: scan.garbageAt });
  if (scan.endedByBareLf) manners.push({ strict: true });
  if (!isIdentity(part.encoding)) {
    if (part.type === 'multipart') state.tell('encoded-multipart', at, part.encoding);
    if (isMessageType(part)) state.tell('encoded-message', at, part.encoding);
  }
  return manners;
}
