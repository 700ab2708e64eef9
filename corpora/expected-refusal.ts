import { REFUSALS, type RefusalReason } from '@sekisho/gateway';

/** The refusals that a corpus may meet, by the reply the client sees. */
const TABLE: readonly (keyof typeof REFUSALS)[] = ['bare-cr', 'bare-lf', 'nul', 'too-big', 'header-too-big', 'loop'];

/** What the house was started with. */
export interface Limits {
  readonly messageOctets: number;
  readonly headerOctets: number;
  readonly receivedFields: number;
}

/** Why a mail has to be refused, as plain code that shares nothing with the gateway sees it; empty: it has to be taken. */
export function expectedRefusals(octets: Buffer, limits: Limits): RefusalReason[] {
  const text = octets.toString('latin1');
  const reasons: RefusalReason[] = [];
  if (text.includes('\0')) reasons.push('nul');
  if (/\r(?!\n)/.test(text)) reasons.push('bare-cr');
  if (/(?<!\r)\n/.test(text)) reasons.push('bare-lf');
  const header = text.startsWith('\r\n') ? '' : text.split('\r\n\r\n', 1)[0]!;
  if (header.length > limits.headerOctets) reasons.push('header-too-big');
  if ((header.match(/^received[ \t]*:/gim)?.length ?? 0) > limits.receivedFields) reasons.push('loop');
  if (octets.length > limits.messageOctets) reasons.push('too-big');
  return reasons;
}

/** The reason that a reply of the table tells, or `null` for a reply that is not in it. */
export function refusalOf(reply: string): RefusalReason | null {
  return (
    TABLE.find(
      (reason) => reply === `${REFUSALS[reason].code} ${REFUSALS[reason].enhanced} ${REFUSALS[reason].text}`,
    ) ?? null
  );
}
