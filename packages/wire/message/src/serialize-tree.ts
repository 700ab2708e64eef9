import type { MessageTree, Part } from './tree.ts';
import { OctetWriter } from './tree-octets.ts';

/** Which of the optional members of a part follow. */
export const HAS = {
  charset: 1,
  disposition: 2,
  name: 4,
  otherNames: 8,
  contentId: 16,
  parts: 32,
  message: 64,
  otherReadings: 128,
} as const;

const MEMBERS = Object.keys(HAS) as (keyof typeof HAS)[];

function writeStrings(writer: OctetWriter, strings: readonly string[]): void {
  writer.number(strings.length);
  for (const text of strings) writer.string(text);
}

function writePart(writer: OctetWriter, part: Part): void {
  let flags = 0;
  for (const member of MEMBERS) if (part[member] !== undefined) flags |= HAS[member];
  writer.number(flags);
  writer.number(part.header[0]);
  writer.number(part.header[1] - part.header[0]);
  writer.number(part.body[0]);
  writer.number(part.body[1] - part.body[0]);
  writer.number(part.fields.length);
  let [at] = part.header;
  for (const field of part.fields) {
    writer.string(field.name);
    writer.number(field.start - at);
    writer.number(field.valueStart - field.start - field.name.length);
    writer.number(field.end - field.valueStart);
    at = field.end;
  }
  writer.string(part.type);
  writer.string(part.subtype);
  writer.string(part.encoding);
  writeStrings(writer, Object.entries(part.parameters).flat());
  if (part.charset !== undefined) writer.string(part.charset);
  if (part.disposition !== undefined) writer.string(part.disposition);
  if (part.name !== undefined) writer.string(part.name);
  if (part.otherNames !== undefined) writeStrings(writer, part.otherNames);
  if (part.contentId !== undefined) writer.string(part.contentId);
  for (const children of [part.parts, part.message && [part.message], part.otherReadings]) {
    if (children === undefined) continue;
    writer.number(children.length);
    for (const child of children) writePart(writer, child);
  }
}

/** The tree as octets to store beside the message: about a twentieth of what JSON takes. */
export function serializeTree(tree: MessageTree): Buffer {
  const writer = new OctetWriter();
  writer.number(tree.version);
  writer.number(tree.size);
  writer.number(tree.headerEnd);
  writeStrings(writer, tree.overLimits);
  writer.number(tree.ambiguities.length);
  for (const { name, at, detail } of tree.ambiguities) {
    writer.string(name);
    writer.number(at);
    writer.string(detail);
  }
  writePart(writer, tree.root);
  return writer.take();
}
