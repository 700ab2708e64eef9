import { TestClient } from '@sekisho/gateway/testing';
import type { SpoolId } from '@sekisho/terms';
import type { CorpusMail } from './collect-mails.ts';

/** What the client was told about one mail. */
export interface SentMail {
  readonly mail: CorpusMail;
  /** Its own recipient, so that every copy can be told from every other. */
  readonly recipient: string;
  /** Reply to the final dot. */
  readonly reply: string;
  readonly spoolId: SpoolId | null;
}

export const SENDER = 'corpora@sender.test';
export const DOMAIN = 'corpora.test';
const SESSIONS = 8;
const REPLY_MS = 60_000;

/** Sends every mail in a transaction of its own, over several sessions; a session that the house ends is made again. */
export async function sendMails(port: number, mails: readonly CorpusMail[]): Promise<SentMail[]> {
  const sent: SentMail[] = [];
  const left = mails.map((mail, number) => ({ mail, recipient: `m${number + 1}@${DOMAIN}` })).reverse();
  const session = async () => {
    let client = await greeted(port);
    for (let next = left.pop(); next; next = left.pop()) {
      const reply = await sendOne(client, next.mail, next.recipient);
      const spoolId = /^250 2\.0\.0 Accepted as ([0-9a-z]+)$/.exec(reply)?.[1] ?? null;
      sent.push({ ...next, reply, spoolId: spoolId as SpoolId | null });
      if (spoolId !== null) continue;
      client.close();
      client = await greeted(port);
    }
    client.close();
  };
  await Promise.all(Array.from({ length: SESSIONS }, session));
  return sent;
}

async function greeted(port: number): Promise<TestClient> {
  const client = await TestClient.dial(port);
  await expect(client, client.say('EHLO corpora.sender.test'), '250');
  return client;
}

async function sendOne(client: TestClient, { path, octets }: CorpusMail, recipient: string): Promise<string> {
  client.send(`MAIL FROM:<${SENDER}> BODY=8BITMIME\r\nRCPT TO:<${recipient}>\r\nDATA\r\n`);
  for (const code of ['250', '250', '354']) await expect(client, client.reply(), code, path);
  client.send(stuffed(octets));
  return within(client.reply(), path);
}

/** Dots doubled at the start of each line that CRLF ends (RFC 5321 §4.5.2), and the end of data; nothing else is changed. */
function stuffed(octets: Buffer): Buffer {
  const text = octets.toString('latin1').replaceAll('\r\n.', '\r\n..');
  return Buffer.from(`${text.startsWith('.') ? '.' : ''}${text}.\r\n`, 'latin1');
}

async function expect(client: TestClient, reply: Promise<string>, code: string, path = 'EHLO'): Promise<void> {
  const got = await within(reply, path);
  if (got.startsWith(code)) return;
  client.close();
  throw new Error(`Cannot send ${path}: expected ${code}, got "${got}"`);
}

function within(reply: Promise<string>, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`Cannot send ${path}: no reply in ${REPLY_MS} ms`)), REPLY_MS);
    reply.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
