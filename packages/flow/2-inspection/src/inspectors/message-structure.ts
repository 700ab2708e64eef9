import { everyPart, type MessageTree } from '@sekisho/message';
import type { Fact } from '@sekisho/terms';
import type { Inspector } from '../inspector.ts';

/** A part whose contents are elsewhere: a fragment (RFC 2046 §5.2.2), or a reference (§5.2.3), which nobody follows. */
export type IncompleteKind = 'partial' | 'external-body';

/**
 * `message/size` in octets, `message/ambiguity` for each way in which readers may differ, `message/over-limit` for each
 * limit met, `message/incomplete` for contents that are not in the message.
 */
export const messageStructure: Inspector = {
  name: 'message/structure',
  inspect({ raw, tree }) {
    const facts: Fact[] = [{ name: 'message/size', value: raw.length }];
    for (const kind of new Set(tree.ambiguities.map((one) => one.name)))
      facts.push({ name: 'message/ambiguity', value: { kind } });
    for (const limit of tree.overLimits) facts.push({ name: 'message/over-limit', value: { limit } });
    for (const kind of incompleteKinds(tree)) facts.push({ name: 'message/incomplete', value: { kind } });
    return facts;
  },
};

/** Which kinds of incomplete parts a message holds, each once. */
export function incompleteKinds(tree: MessageTree): readonly IncompleteKind[] {
  const kinds = new Set<IncompleteKind>();
  for (const part of everyPart(tree)) {
    if (part.type !== 'message') continue;
    if (part.subtype === 'partial' || part.subtype === 'external-body') kinds.add(part.subtype);
  }
  return [...kinds];
}
