import { signDkim } from '@sekisho/message-auth';
import type { DemoKeys } from '../house/zones.ts';
import { OUTSIDERS, type Outsider, SELECTOR } from '../house/world.ts';
import { composeMail, type Draft, type Person } from '../mail/compose.ts';
import { matterOf } from '../mail/matters.ts';

/** What plays are made from. */
export interface Scene {
  readonly keys: DemoKeys;
  /** Whether clamd looks at the mail: without it nothing is infected. */
  readonly antivirus: boolean;
  /** Milliseconds since 1970 at which it begins. */
  readonly now: number;
}

const MINUTE_MS = 60_000;

/** A mail about the matter of a number. */
export function matterMail(
  { now }: Scene,
  number: number,
  from: Person,
  to: readonly Person[],
  more: Partial<Draft> = {},
): Buffer {
  const { subject, text, attachments, charset } = matterOf(number);
  const signature = `\n\n-- \n${from.name}`;
  const sentAt = now - (number % 90) * MINUTE_MS;
  return composeMail({
    from,
    to,
    subject,
    text: `${text}${signature}`,
    attachments,
    charset,
    sentAt,
    id: `demo-${number}`,
    ...more,
  });
}

/** The mail with the signature of a domain's key before it. */
export async function signedBy({ keys, now }: Scene, domain: string, raw: Buffer): Promise<Buffer> {
  const key = keys.get(domain)!;
  const { algorithm, privateKey } = key;
  const field = await signDkim([raw], { domain, selector: SELECTOR, algorithm, privateKey, signedAt: now });
  return Buffer.concat([Buffer.from(field), raw]);
}

export const outsiderOf = (number: number): Outsider => OUTSIDERS[number % OUTSIDERS.length]!;
