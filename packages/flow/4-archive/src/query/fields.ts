import type { Column } from '../tags.ts';

/** What may stand before a colon: the name and its other spellings, first the one that is shown. */
export interface QueryField {
  readonly name: string;
  readonly names: readonly string[];
  readonly column?: Column;
}

/** Every field of the query language. */
export const queryFields: readonly QueryField[] = [
  { name: 'from', names: ['from', '差出人', '送信者', 'sender'], column: 'sender' },
  { name: 'to', names: ['to', '宛先', '受信者', 'cc', 'bcc', 'recipient'], column: 'recipients' },
  { name: 'subject', names: ['subject', '件名', '題名'], column: 'subject' },
  { name: 'body', names: ['body', '本文'], column: 'body' },
  { name: 'name', names: ['name', 'ファイル名', '添付名', 'filename'], column: 'names' },
  { name: 'text', names: ['text', '添付本文', '添付内容'], column: 'attached' },
  { name: 'attachment', names: ['attachment', '添付', '添付ファイル'] },
  { name: 'before', names: ['before', 'より前', '以前'] },
  { name: 'after', names: ['after', '以降', '以後'] },
  { name: 'on', names: ['on', '日付', '日'] },
  { name: 'larger', names: ['larger', 'より大きい', '以上'] },
  { name: 'smaller', names: ['smaller', 'より小さい', '未満'] },
  { name: 'disposition', names: ['disposition', '処置'] },
  { name: 'direction', names: ['direction', '方向', '向き'] },
  { name: 'is', names: ['is', '状態'] },
  { name: 'message-id', names: ['message-id', 'メッセージid'] },
];

const byName = new Map(queryFields.flatMap((field) => field.names.map((name) => [name, field])));

/** The field that is written so, if it is one. Width and case do not matter. */
export function fieldNamed(written: string): QueryField | undefined {
  return byName.get(written.normalize('NFKC').toLowerCase());
}

/** The name of a field that differs by one letter, if there is one. */
export function misspelt(written: string): string | null {
  const asked = written.toLowerCase();
  if (asked.length < 4) return null;
  return queryFields.find(({ name }) => name.length > 3 && isSlip(asked, name))?.name ?? null;
}

/** One letter too many, too few, another one, or two that changed places. */
function isSlip(a: string, b: string): boolean {
  let same = 0;
  while (same < Math.min(a.length, b.length) && a[same] === b[same]) same++;
  const [restA, restB] = [a.slice(same), b.slice(same)];
  if (restA === restB) return false;
  const isSwapped = restA.slice(0, 2) === `${restB[1]}${restB[0]}` && restA.slice(2) === restB.slice(2);
  const isOther = restA.slice(1) === restB.slice(1);
  return isSwapped || isOther || restA.slice(1) === restB || restA === restB.slice(1);
}
