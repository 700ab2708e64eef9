import type { Json } from '@sekisho/terms';

const MAX_ITEMS = 50;
const MAX_TEXT = 160;

/** A list as facts keep it: the first items; the tree of the message has the rest. */
export function cutList(list: readonly Json[]): readonly Json[] {
  return list.length > MAX_ITEMS ? list.slice(0, MAX_ITEMS) : list;
}

/** A text as facts keep it: short, and without halves of surrogate pairs. The end stays, where extensions are. */
export function cutText(text: string): string {
  const cut = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT / 2)}…${text.slice(-MAX_TEXT / 2)}` : text;
  return cut.toWellFormed();
}
