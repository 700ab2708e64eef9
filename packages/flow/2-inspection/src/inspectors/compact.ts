import type { Json } from '@sekisho/terms';

const MAX_ITEMS = 50;
const MAX_TEXT = 160;

/** A list as facts keep it: the first items; the tree of the message has the rest. */
export function cutList(list: readonly Json[]): readonly Json[] {
  return list.length > MAX_ITEMS ? list.slice(0, MAX_ITEMS) : list;
}

/** Controls and marks of direction, which would play their tricks in traces and lists too. */
const UNSHOWN = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A text as facts keep it: short, fit to be shown, well-formed. The end stays, where extensions are. */
export function cutText(text: string): string {
  const cut = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT / 2)}…${text.slice(-MAX_TEXT / 2)}` : text;
  return cut.replace(UNSHOWN, '\ufffd').toWellFormed();
}
