export { type DecodedBody, decodeBody } from './decode-body.ts';
export { type DecodedText, decodeCharset } from './decode-charset.ts';
export { decodeHeader } from './decode-header.ts';
export { decodeText, type PartText } from './decode-text.ts';
export { deliveredForm } from './delivered-form.ts';
export { OmittedRangeError, TreeFormatError } from './errors.ts';
export { fieldsNamed, fieldText } from './fields-named.ts';
export { htmlToText } from './html-to-text.ts';
export { messageSummary, type MessageSummary } from './message-summary.ts';
export { type NamedAddress, parseAddressList } from './parse-address-list.ts';
export { parseDate } from './parse-date.ts';
export { parseMessage } from './parse-message.ts';
export { fileExtension, partName, safeName } from './part-name.ts';
export { attachmentsOf, everyPart, textPartsOf } from './parts-of.ts';
export { type EncodedReading, readEncoded } from './read-encoded.ts';
export { readTree } from './read-tree.ts';
export { serializeTree } from './serialize-tree.ts';
export {
  type Ambiguity,
  type AmbiguityName,
  type Field,
  type LimitName,
  type MessageLimits,
  type MessageTree,
  messageLimits,
  type Part,
  type Range,
  type TransferEncoding,
  TREE_VERSION,
} from './tree.ts';
export { unfoldField } from './unfold-field.ts';
