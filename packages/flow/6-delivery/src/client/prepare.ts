import { isAscii } from 'node:buffer';
import { setImmediate as turn } from 'node:timers/promises';
import { BareLineEndError } from '@sekisho/smtp';
import { UnsafeLineError } from '../errors.ts';
import { formatMail, formatRcpt, needsSmtpUtf8 } from './command-line.ts';
import { contentBlocks } from './content-blocks.ts';
import type { SmtpSession } from './session.ts';
import type { RecipientAnswer, Transaction } from './transaction.ts';

type Unsendable = Extract<RecipientAnswer, { kind: 'unsendable' }>;

/** A transaction as lines and blocks for one session, or why the message cannot go over it. */
export interface Prepared {
  readonly mail: string;
  /** RCPT lines by recipient; a recipient that cannot be said has its answer already. */
  readonly rcpts: readonly (string | Unsendable)[];
  readonly blocks: () => Iterable<Buffer>;
  readonly sizeOctets: number;
}

/** Checks the message against what the server offers and writes every line before the first one is sent. */
export async function prepare(session: SmtpSession, transaction: Transaction): Promise<Prepared | Unsendable> {
  const { offered, limits } = session;
  const { envelope, recipients, content } = transaction;
  const sizeOctets = content.reduce((sum, part) => sum + part.length, 0);
  if (offered.sizeOctets !== null && sizeOctets > offered.sizeOctets)
    return unsendable('5.3.4', `The message has ${sizeOctets} octets, the next hop takes ${offered.sizeOctets}`);
  const isPlain = content.every((part) => isAscii(part));
  if (!isPlain && envelope.body === '8bitmime' && !offered.eightBitMime)
    return unsendable('5.6.3', 'The message has 8-bit content and the next hop takes 7-bit content only');
  const headerNeeds = envelope.smtpUtf8 && !isPlain && !isAscii(headerOf(content));
  const messageNeeds = headerNeeds || needsSmtpUtf8(envelope.reversePath);
  if (messageNeeds && !offered.smtpUtf8)
    return unsendable('5.6.7', 'The message needs SMTPUTF8, which the next hop does not offer');
  const smtpUtf8 = offered.smtpUtf8 && (messageNeeds || recipients.some(({ address }) => needsSmtpUtf8(address)));
  try {
    const mail = formatMail({ ...envelope, sizeOctets, eightBit: !isPlain, smtpUtf8 }, offered);
    const rcpts = recipients.map((path): string | Unsendable => {
      if (needsSmtpUtf8(path.address) && !offered.smtpUtf8)
        return unsendable('5.6.7', 'The address needs SMTPUTF8, which the next hop does not offer');
      try {
        return formatRcpt(path, offered, smtpUtf8);
      } catch (error) {
        if (!(error instanceof UnsafeLineError)) throw error;
        return unsendable('5.1.3', 'The address cannot be said in SMTP');
      }
    });
    return { mail, rcpts, sizeOctets, blocks: await checkedBlocks(content, limits.blockOctets) };
  } catch (error) {
    if (error instanceof UnsafeLineError) return unsendable('5.1.7', 'The reverse-path cannot be said in SMTP');
    if (error instanceof BareLineEndError) return unsendable('5.6.0', 'The message holds a bare CR or LF');
    throw error;
  }
}

/**
 * Formats everything once before anything is sent: a message found wrong half-way could only be cut off. Others get
 * their turn between the blocks of a large one.
 */
async function checkedBlocks(content: readonly Buffer[], blockOctets: number): Promise<() => Iterable<Buffer>> {
  const blocks = contentBlocks(content, blockOctets);
  const first = blocks.next();
  let isWhole = true;
  for (let next = blocks.next(); !next.done; next = blocks.next()) {
    isWhole = false;
    await turn();
  }
  const whole = first.value as Buffer;
  return isWhole ? () => [whole] : () => contentBlocks(content, blockOctets);
}

const END_OF_HEADER = Buffer.from('\r\n\r\n');
const HEADER_OCTETS = 4 * 1024 * 1024;

function headerOf(content: readonly Buffer[]): Buffer {
  const start = content.length === 1 ? content[0]! : Buffer.concat(content, Math.min(HEADER_OCTETS, total(content)));
  const end = start.indexOf(END_OF_HEADER);
  return end < 0 ? start : start.subarray(0, end);
}

const total = (parts: readonly Buffer[]) => parts.reduce((sum, part) => sum + part.length, 0);

function unsendable(status: string, text: string): Unsendable {
  return { kind: 'unsendable', status, text };
}
