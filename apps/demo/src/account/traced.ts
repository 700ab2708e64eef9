import type { SunkMessage } from '../smtp/sink.ts';

/** Octets in which our trace fields stand: they come first. A report quotes those of other messages in its body. */
const TRACE_OCTETS = 65_536;
const RECEIVED = /^Received: from [^\r]*(?:\r\n[ \t][^\r]*)*?\sid ([0-9a-hjkmnp-tv-z]{15})\b/gm;

const known = new WeakMap<SunkMessage, readonly string[]>();

/** Spool ids in the Received fields of a message, the newest first. */
export function tracedIds(message: SunkMessage): readonly string[] {
  let ids = known.get(message);
  if (!ids) {
    const start = message.content.toString('latin1', 0, TRACE_OCTETS);
    const end = start.indexOf('\r\n\r\n');
    const head = end < 0 ? start : start.slice(0, end + 2);
    ids = [...head.matchAll(RECEIVED)].map(([, id]) => id!);
    known.set(message, ids);
  }
  return ids;
}
