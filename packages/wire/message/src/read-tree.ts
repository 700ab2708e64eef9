import { TreeFormatError } from './errors.ts';
import { HAS } from './serialize-tree.ts';
import {
  type Ambiguity,
  type AmbiguityName,
  type Field,
  type LimitName,
  type MessageTree,
  messageLimits,
  type Part,
  type Range,
  type TransferEncoding,
  TREE_VERSION,
} from './tree.ts';
import { OctetReader } from './tree-octets.ts';

const DEEPEST = 2_000;

function readMany<T>(reader: OctetReader, read: () => T): T[] {
  return Array.from({ length: reader.count() }, read);
}

/** Reads one part; every range is checked to lie in the message. */
function readPart(reader: OctetReader, size: number, depth: number): Part {
  if (depth > DEEPEST) throw new TreeFormatError('it is nested too deeply');
  const within = (start: number, length: number): Range => {
    if (start + length > size) throw new TreeFormatError(`octets ${start} to ${start + length} of ${size}`);
    return [start, start + length];
  };
  const flags = reader.number();
  const header = within(reader.number(), reader.number());
  const body = within(reader.number(), reader.number());
  let [at] = header;
  const fields = readMany<Field>(reader, () => {
    const name = reader.string();
    const start = at + reader.number();
    const valueStart = start + name.length + reader.number();
    const [, end] = within(valueStart, reader.number());
    at = end;
    return { name, start, valueStart, end };
  });
  const type = reader.string();
  const subtype = reader.string();
  const encoding = reader.string() as TransferEncoding;
  const pairs = readMany(reader, () => reader.string());
  const parameters: Record<string, string> = Object.create(null);
  for (let i = 0; i + 1 < pairs.length; i += 2) parameters[pairs[i]!] = pairs[i + 1]!;
  const children = () => readMany(reader, () => readPart(reader, size, depth + 1));
  return {
    header,
    body,
    fields,
    type,
    subtype,
    parameters,
    encoding,
    ...(flags & HAS.charset ? { charset: reader.string() } : {}),
    ...(flags & HAS.disposition ? { disposition: reader.string() } : {}),
    ...(flags & HAS.name ? { name: reader.string() } : {}),
    ...(flags & HAS.otherNames ? { otherNames: readMany(reader, () => reader.string()) } : {}),
    ...(flags & HAS.contentId ? { contentId: reader.string() } : {}),
    ...(flags & HAS.parts ? { parts: children() } : {}),
    ...(flags & HAS.message ? { message: onlyOne(children()) } : {}),
    ...(flags & HAS.otherReadings ? { otherReadings: children() } : {}),
  };
}

function onlyOne(parts: readonly Part[]): Part {
  const [part] = parts;
  if (part === undefined || parts.length > 1) throw new TreeFormatError(`${parts.length} messages in a message part`);
  return part;
}

/**
 * Reads a stored tree. Trusts nothing: octets that are no tree, or a tree of another version, end in a
 * TreeFormatError; the caller then parses the raw message again.
 */
export function readTree(octets: Buffer): MessageTree {
  const reader = new OctetReader(octets);
  const version = reader.number();
  if (version !== TREE_VERSION) throw new TreeFormatError(`it has version ${version}, not ${TREE_VERSION}`);
  const size = reader.number();
  const headerEnd = reader.number();
  if (headerEnd > size) throw new TreeFormatError(`a header of ${headerEnd} octets in ${size}`);
  const overLimits = readMany(reader, () => {
    const name = reader.string();
    if (!Object.hasOwn(messageLimits, name)) throw new TreeFormatError(`no limit "${name}"`);
    return name as LimitName;
  });
  const ambiguities = readMany<Ambiguity>(reader, () => ({
    name: reader.string() as AmbiguityName,
    at: reader.number(),
    detail: reader.string(),
  }));
  const root = readPart(reader, size, 0);
  if (reader.rest > 0) throw new TreeFormatError(`${reader.rest} octets are left over`);
  return { version, size, headerEnd, root, overLimits, ambiguities };
}
