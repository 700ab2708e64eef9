export { type Command, parseCommand } from './command.ts';
export { DataDecoder, type DataDefect } from './data-decoder.ts';
export { formatAddressLiteral, parseAddressLiteral, parseDomain } from './domain.ts';
export { BareLineEndError, ProxyHeaderError, ReplySyntaxError, SmtpRefusal } from './errors.ts';
export { type Extensions, parseExtensions } from './extensions.ts';
export { formatData } from './format-data.ts';
export { formatReply } from './format-reply.ts';
export { type LineFault, LineSplitter } from './line-splitter.ts';
export type { MailParameters, RcptParameters } from './parameters.ts';
export {
  type ForwardPathArgument,
  isRoutedLocalPart,
  parseAddress,
  parseForwardPath,
  parseReversePath,
} from './path.ts';
export { type ProxyHeader, parseProxyHeader } from './proxy-header.ts';
export { formatDate, formatReceived } from './received.ts';
export { ReplyParser, type ServerReply } from './reply-parser.ts';
export { isEhloName, XCLIENT_KEYWORDS, type XclientAttributes } from './xclient.ts';
export { decodeXtext, encodeXtext } from './xtext.ts';
