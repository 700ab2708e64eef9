/** Octets of the raw message from `start` up to, not including, `end`. */
export type Range = readonly [start: number, end: number];

/** One field of a header (RFC 5322 §2.2). Consecutive fields touch: `end` is behind the line end. */
export interface Field {
  /** Lower case, white space before the colon removed. */
  readonly name: string;
  readonly start: number;
  /** First octet behind the colon. */
  readonly valueStart: number;
  readonly end: number;
}

/** How a body is encoded (RFC 2045 §6). `unknown` is read as it lies, and is an ambiguity. */
export type TransferEncoding = '7bit' | '8bit' | 'binary' | 'base64' | 'quoted-printable' | 'uuencode' | 'unknown';

/** One entity: the message itself, a part of a multipart, a message inside, or what another reader would see. */
export interface Part {
  /** From the first field to behind the empty line. */
  readonly header: Range;
  /** Still encoded; without the line end that belongs to the next boundary (RFC 2046 §5.1.1). */
  readonly body: Range;
  readonly fields: readonly Field[];
  /** Lower case; `text` where nothing is said (RFC 2045 §5.2). */
  readonly type: string;
  readonly subtype: string;
  /** As declared, lower case. */
  readonly charset?: string;
  /** Of Content-Type, names in lower case, RFC 2231 forms put together. Has no prototype. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly encoding: TransferEncoding;
  /** `attachment`, `inline` or another token, lower case (RFC 2183). */
  readonly disposition?: string;
  /** The file name, decoded, otherwise as it came: may hold paths, controls and bidi marks. Show `partName()`. */
  readonly name?: string;
  /** Names that other readers would take instead. */
  readonly otherNames?: readonly string[];
  /** Without angle brackets. */
  readonly contentId?: string;
  /** Of a multipart, in order. */
  readonly parts?: readonly Part[];
  /** Of message/rfc822 and message/global. */
  readonly message?: Part;
  /** What readers that follow another interpretation would find here; uuencoded files too. Each must be scanned. */
  readonly otherReadings?: readonly Part[];
}

/** Where parsers are known to differ. Names are stable: policies and traces refer to them. */
export type AmbiguityName =
  | 'bare-cr-in-header'
  | 'bare-lf-in-header'
  | 'base64-junk'
  | 'base64-padding-inside'
  | 'boundary-empty'
  | 'boundary-in-comment'
  | 'boundary-missing'
  | 'boundary-prefix'
  | 'boundary-quoted-pair'
  | 'boundary-reused'
  | 'boundary-rfc2231'
  | 'boundary-space'
  | 'boundary-twice'
  | 'content-disposition-twice'
  | 'content-type-broken'
  | 'content-type-twice'
  | 'encoded-message'
  | 'encoded-multipart'
  | 'end-boundary-missing'
  | 'epilogue-parts'
  | 'field-name-control'
  | 'from-twice'
  | 'header-garbage'
  | 'multibyte-quoting'
  | 'name-conflict'
  | 'nul-in-header'
  | 'single-field-twice'
  | 'space-before-colon'
  | 'transfer-encoding-twice'
  | 'transfer-encoding-unknown'
  | 'uuencoded-in-text';

/** One place where the message can be read in more than one way. */
export interface Ambiguity {
  readonly name: AmbiguityName;
  /** Offset in the raw message. */
  readonly at: number;
  /** For operators: the field, boundary or token concerned, cut at 80 characters. */
  readonly detail: string;
}

/** Version of the parse: a stored tree with another one is made anew from the raw message. */
export const TREE_VERSION = 1;

/** A message as offsets into its raw octets: the one parse that every room shares. */
export interface MessageTree {
  readonly version: number;
  /** Octets of the raw message. */
  readonly size: number;
  /** Where the body begins. */
  readonly headerEnd: number;
  readonly root: Part;
  /** Names of the limits that the message exceeds, each once. What lies beyond is in the raw message only. */
  readonly overLimits: readonly LimitName[];
  readonly ambiguities: readonly Ambiguity[];
}

/** Every limit of the parse and of the decoders. A message beyond one is never refused here: it is told. */
export interface MessageLimits {
  /** Entities inside one another: multiparts and messages. */
  readonly depth: number;
  /** Parts of the whole message, other readings included. */
  readonly parts: number;
  /** Octets of one header. */
  readonly headerOctets: number;
  /** Octets of one field; decoders look at no more. */
  readonly fieldOctets: number;
  /** Fields of the whole message. */
  readonly headerFields: number;
  /** Parameters of one field. */
  readonly parameters: number;
  /** Octets of one header line (RFC 5322 §2.1.1 says 998). */
  readonly lineOctets: number;
  /** Encoded words of one field. */
  readonly encodedWords: number;
  /** Addresses of one field. */
  readonly addresses: number;
  /** Octets parsed for other readings, as a multiple of the message's size (at least 64 KiB). */
  readonly readings: number;
  /** Entries in `ambiguities`. */
  readonly ambiguities: number;
}

export type LimitName = keyof MessageLimits;

export const messageLimits: MessageLimits = {
  depth: 50,
  parts: 1_000,
  headerOctets: 1_048_576,
  fieldOctets: 262_144,
  headerFields: 5_000,
  parameters: 100,
  lineOctets: 65_536,
  encodedWords: 2_000,
  addresses: 5_000,
  readings: 4,
  ambiguities: 200,
};
