import type { Fact, Json } from '@sekisho/terms';
import { kindsOfExtension, kindsOfMediaType } from '../contents/declared-kind.ts';
import type { FoundFile } from '../contents/examine-file.ts';
import { EXECUTABLE_EXTENSIONS, fileExtension } from '../contents/file-extension.ts';
import { EXECUTABLE_KINDS } from '../contents/kinds.ts';
import { mediaTypeOf } from '../contents/media-type.ts';
import type { Inspector } from '../inspector.ts';
import { cutList, cutText } from './compact.ts';

/**
 * `attachment/type` lists each attachment with its type by content; `attachment/mismatch` those whose name or declared
 * type says otherwise; `attachment/executable` those that run when opened, also inside archives.
 */
export const attachmentTypes: Inspector = {
  name: 'attachment/type',
  async inspect(context) {
    const { files } = await context.contents();
    if (files.length === 0) return [];
    const attachments = files.filter((file) => file.depth === 0);
    const facts: Fact[] = [{ name: 'attachment/type', value: cutList(attachments.map(describe)) }];
    const mismatches = attachments.flatMap(mismatchesOf);
    if (mismatches.length > 0) facts.push({ name: 'attachment/mismatch', value: cutList(mismatches) });
    const executables = files.filter(isExecutable).map(placeOf);
    if (executables.length > 0) facts.push({ name: 'attachment/executable', value: cutList(executables) });
    return facts;
  },
};

function describe(file: FoundFile): Json {
  return { type: mediaTypeOf(file.kind), name: cutText(file.name), octets: file.sizeOctets };
}

/** Where a file is: the number of its attachment, and its name when it lies in an archive. */
function placeOf(file: FoundFile): Json {
  const type = mediaTypeOf(file.kind);
  return file.depth === 0 ? { at: file.at, type } : { at: file.at, type, member: cutText(file.name) };
}

function mismatchesOf(file: FoundFile): Json[] {
  if (file.kind === 'empty') return [];
  const type = mediaTypeOf(file.kind);
  const extension = fileExtension(file.name);
  const declared = file.declared ?? '';
  const mismatches: Json[] = [];
  if (kindsOfExtension(extension)?.includes(file.kind) === false)
    mismatches.push({ at: file.at, by: 'name', declared: extension, type });
  if (kindsOfMediaType(declared)?.includes(file.kind) === false)
    mismatches.push({ at: file.at, by: 'type', declared: cutText(declared), type });
  return mismatches;
}

/** By content, or by a name that makes a double click run it. */
function isExecutable(file: FoundFile): boolean {
  return EXECUTABLE_KINDS.has(file.kind) || EXECUTABLE_EXTENSIONS.has(fileExtension(file.name));
}
