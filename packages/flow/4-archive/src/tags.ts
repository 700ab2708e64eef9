import { hash } from 'node:crypto';
import type { Direction, Disposition, Plan } from '@sekisho/terms';

/**
 * Begins every token of the index that no text brings in: a private character that `@sekisho/words` never writes. It is
 * taken out of whatever comes from a scan process all the same, so a message cannot carry a tag of its own.
 */
const MARK = '\uf8fe';

/** The text without what could be taken for a tag. */
export function withoutMarks(text: string): string {
  return text.includes(MARK) ? text.replaceAll(MARK, ' ') : text;
}

/** Columns of the index, with the letter under which their characters are tagged. */
export const COLUMNS = {
  body: 'b',
  subject: 's',
  sender: 'f',
  recipients: 't',
  names: 'n',
  attached: 'a',
} as const;

export type Column = keyof typeof COLUMNS;

/** The tag of a message in one of whose tokens of this column `character` stands first. */
export const characterTag = (column: Column, character: string) => `${MARK}${COLUMNS[column]}${character}`;

export const directionTag = (direction: Direction) => `${MARK}1${direction}`;
export const dispositionTag = (kind: Disposition['kind']) => `${MARK}2${kind}`;
export const sizeClassTag = (sizeClass: number) => `${MARK}3${sizeClass}`;
export const attachmentTag = (present: boolean) => `${MARK}4${present ? 'yes' : 'no'}`;
export const attachmentTypeTag = (type: string) => `${MARK}5${type.toLowerCase().replace(/[^a-z0-9]/g, '')}`;
export const messageIdTag = (messageId: string) => `${MARK}6${shortHash(messageId)}`;
export const reversePathTag = (addressKey: string) => `${MARK}7${shortHash(addressKey)}`;
export const forwardPathTag = (addressKey: string) => `${MARK}8${shortHash(addressKey)}`;

/** Sizes in classes of doubling: every size above a class is larger than every size in it. */
export function sizeClassOf(octets: number): number {
  return octets < 1 ? 0 : Math.min(63, Math.floor(Math.log2(octets)));
}

/** All dispositions of a plan, each once. */
export function dispositionsOf(plan: Plan): Disposition['kind'][] {
  return [...new Set(plan.decisions.map(({ disposition }) => disposition.kind))];
}

function shortHash(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 16);
}
