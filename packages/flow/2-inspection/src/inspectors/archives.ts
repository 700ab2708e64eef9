import type { Fact, Json } from '@sekisho/terms';
import type { Contents } from '../contents/contents.ts';
import { fileExtension } from '../contents/file-extension.ts';
import { mediaTypeOf } from '../contents/media-type.ts';
import type { Inspector } from '../inspector.ts';
import { cutList, cutText } from './compact.ts';

/**
 * `archive/contents` says for each archive what kinds of files are in it; `attachment/unopened` what could not be
 * opened and why; `attachment/encrypted` what needs a password; `attachment/macros` what holds macros; `attachment/polyglot` what is a ZIP
 * archive and something else.
 */
export const archives: Inspector = {
  name: 'archive/contents',
  async inspect(context) {
    const contents = await context.contents();
    const facts: Fact[] = [];
    const add = (name: string, value: readonly Json[]) => {
      if (value.length > 0) facts.push({ name, value: cutList(value) });
    };
    add('archive/contents', summaries(contents));
    add('attachment/unopened', [
      ...contents.unopened.map(({ at, member, reason }) => ({
        at,
        ...(member === undefined ? {} : { member: cutText(member) }),
        reason,
      })),
      ...(contents.unseen > 0 ? [{ unseen: contents.unseen, reason: 'files' }] : []),
    ]);
    add('attachment/encrypted', attachmentsThat(contents, 'isEncrypted'));
    add('attachment/macros', attachmentsThat(contents, 'hasMacros'));
    add('attachment/polyglot', attachmentsThat(contents, 'isPolyglot'));
    return facts;
  },
};

function summaries({ files }: Contents): Json[] {
  const members = Map.groupBy(
    files.filter((file) => file.depth > 0),
    (file) => file.at,
  );
  return [...members].map(([at, list]) => ({
    at,
    files: list.length,
    octets: list.reduce((sum, file) => sum + file.sizeOctets, 0),
    types: cutList([...new Set(list.map((file) => mediaTypeOf(file.kind)))]),
    extensions: cutList([...new Set(list.map((file) => fileExtension(file.name)))].filter((one) => one !== '')),
  }));
}

/** Numbers of attachments of which something in them, or they themselves, is so. */
function attachmentsThat({ files }: Contents, is: 'isEncrypted' | 'hasMacros' | 'isPolyglot'): Json[] {
  return [...new Set(files.filter((file) => file[is]).map((file) => file.at))].map((at) => ({ at }));
}
