import { findBase64Faults } from './base64.ts';
import { headerText } from './header-text.ts';
import { isIdentity, type OpenPart } from './open-part.ts';
import type { ParseState } from './parse-state.ts';
import { findUuencoded } from './uuencode.ts';

function uuencodedPart(start: number, end: number, name: string): OpenPart {
  return {
    header: [start, start],
    body: [start, end],
    fields: [],
    type: 'application',
    subtype: 'octet-stream',
    parameters: Object.create(null),
    encoding: 'uuencode',
    disposition: 'attachment',
    ...(name === '' ? {} : { name }),
  };
}

/** Looks into a body whose end is known: for faults in base64, and for uuencoded files in text. */
export function finishLeaf(state: ParseState, part: OpenPart): void {
  const [start, end] = part.body;
  if (part.encoding === 'base64') {
    const { junkAt, paddingInsideAt } = findBase64Faults(state.raw, start, end);
    const detail = part.name ?? part.subtype;
    if (junkAt !== -1) state.tell('base64-junk', junkAt, detail);
    if (paddingInsideAt !== -1) state.tell('base64-padding-inside', paddingInsideAt, detail);
  } else if (part.type === 'text' && part.subtype === 'plain' && isIdentity(part.encoding)) {
    for (const file of findUuencoded(state.raw, start, end, state.limits.parts)) {
      if (!state.takePart()) return;
      const name = headerText(file.name, part.charset);
      state.tell('uuencoded-in-text', file.range[0], name);
      (part.otherReadings ??= []).push(uuencodedPart(file.range[0], file.range[1], name));
    }
  }
}
