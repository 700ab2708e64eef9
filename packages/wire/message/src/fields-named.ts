import { decodeHeader } from './decode-header.ts';
import type { Field, MessageTree, Part } from './tree.ts';
import { unfoldField } from './unfold-field.ts';

/** The fields of the message's own header that bear `name`, in their order. */
export function fieldsNamed(_raw: Buffer, tree: MessageTree, name: string): Field[] {
  const wanted = name.toLowerCase();
  return tree.root.fields.filter((field) => field.name === wanted);
}

/** The decoded text of the first field of a part with this name, or `null`. `hint` is a charset for raw octets. */
export function fieldText(raw: Buffer, part: Part, name: string, hint?: string): string | null {
  const field = part.fields.find((candidate) => candidate.name === name);
  return field === undefined ? null : decodeHeader(unfoldField(raw, field), hint);
}
