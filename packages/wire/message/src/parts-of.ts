import type { MessageTree, Part } from './tree.ts';

const REPORTS = new Set(['delivery-status', 'disposition-notification', 'feedback-report', 'global-delivery-status']);

/** Every part of the tree, parents before children, the messages inside and all other readings included. */
export function* everyPart(tree: MessageTree): Generator<Part, void, undefined> {
  const stack: Part[] = [tree.root];
  for (let part = stack.pop(); part !== undefined; part = stack.pop()) {
    yield part;
    const children = [...(part.parts ?? []), ...(part.message ? [part.message] : []), ...(part.otherReadings ?? [])];
    for (const child of children.reverse()) stack.push(child);
  }
}

const isContainer = (part: Part) => part.parts !== undefined;
const isText = (part: Part) =>
  part.type === 'text' || part.type === 'multipart' || (part.type === 'message' && REPORTS.has(part.subtype));
const isNamed = (part: Part) => part.name !== undefined || part.disposition === 'attachment';

/** Parts that are read rather than saved: text without a name, reports, and multiparts that have no parts. */
export function textPartsOf(tree: MessageTree): Part[] {
  return [...everyPart(tree)].filter((part) => !isContainer(part) && isText(part) && !isNamed(part));
}

/** Everything else: files, images, messages inside, in every reading. A part stands here or among the text parts. */
export function attachmentsOf(tree: MessageTree): Part[] {
  return [...everyPart(tree)].filter((part) => !isContainer(part) && (!isText(part) || isNamed(part)));
}
