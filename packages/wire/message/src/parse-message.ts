import { OURS } from './open-part.ts';
import { ParseState } from './parse-state.ts';
import { readEntity } from './read-entity.ts';
import { readOtherwise } from './read-otherwise.ts';
import { type MessageLimits, type MessageTree, TREE_VERSION, messageLimits } from './tree.ts';

/** Fields that may stand only once (RFC 5322 §3.6). */
const SINGLE = new Set(['date', 'sender', 'reply-to', 'to', 'cc', 'bcc', 'message-id', 'in-reply-to', 'subject']);

function tellRepeated(state: ParseState, root: MessageTree['root']): void {
  const seen = new Set<string>();
  for (const field of root.fields) {
    const single = SINGLE.has(field.name);
    if ((single || field.name === 'from') && seen.has(field.name)) {
      state.tell(single ? 'single-field-twice' : 'from-twice', field.start, field.name);
    }
    seen.add(field.name);
  }
}

/**
 * Parses a message into offsets: one pass, linear in its size whatever it holds, nothing decoded but the fields that
 * describe bodies. Never throws: limits exceeded and places that parsers read differently are part of the answer, and
 * what other parsers would find there hangs in the tree as `otherReadings`.
 */
export function parseMessage(raw: Buffer, limits: MessageLimits = messageLimits): MessageTree {
  const state = new ParseState(raw, limits);
  const { part: root, pending } = readEntity(state, 0, raw.length, OURS);
  readOtherwise(state, pending);
  tellRepeated(state, root);
  return {
    version: TREE_VERSION,
    size: raw.length,
    headerEnd: root.header[1],
    root,
    overLimits: state.overLimits,
    ambiguities: state.ambiguities,
  };
}
