import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { canonicalDomain } from '../domain-name.ts';
import { CannotSignError } from '../errors.ts';
import { scanHeader } from '../header/scan-header.ts';
import { hashBody } from './canonical-body.ts';
import { canonicalHeader, signatureGap } from './canonical-header.ts';
import type { DkimAlgorithm } from './create-dkim-key.ts';
import { SignedMessage } from './signed-message.ts';
import { splitParts } from './split-parts.ts';

/** How a message is signed. */
export interface SignOptions {
  readonly domain: string;
  readonly selector: string;
  /** PKCS #8 in PEM, or a key that was read before: reading costs more than signing with Ed25519. */
  readonly privateKey: string | KeyObject;
  readonly algorithm: DkimAlgorithm;
  /** Milliseconds since 1970. */
  readonly signedAt: number;
  /** Fields that are signed once more than they are there, so that none can be added (RFC 6376 §8.15). */
  readonly oversigned?: readonly string[];
  /** Fields that are signed where they are there. */
  readonly signed?: readonly string[];
}

const OVERSIGNED = [
  'From',
  'Reply-To',
  'To',
  'Cc',
  'Subject',
  'Date',
  'Message-ID',
  'MIME-Version',
  'Content-Type',
  'Content-Transfer-Encoding',
];
const SIGNED = ['Sender', 'In-Reply-To', 'References', 'List-Id', 'List-Unsubscribe', 'List-Unsubscribe-Post'];
const LINE_OCTETS = 72;

const signInThreadPool = promisify(sign);

/**
 * The DKIM-Signature field, with its final CRLF, to put before a message (RFC 6376 §5; relaxed/relaxed). `parts` are the
 * octets that will be sent, in order.
 */
export async function signDkim(parts: readonly Buffer[], options: SignOptions): Promise<string> {
  const key = readPrivateKey(options);
  const { header, body } = splitParts(parts);
  const names = namesToSign(header, options);
  const type = options.algorithm === 'ed25519' ? 'ed25519' : 'rsa';
  const unsigned = [
    `DKIM-Signature: v=1; a=${type}-sha256; c=relaxed/relaxed;`,
    `d=${checkedName(options.domain, 'domain')}; s=${checkedName(options.selector, 'selector')};`,
    `t=${Math.floor(options.signedAt / 1000)};`,
    `${foldNames(names)};`,
    `bh=${hashBody(body, 0, 'relaxed').digest};`,
    'b=',
  ].join('\r\n\t');
  const raw = Buffer.concat([Buffer.from(`${unsigned}\r\n`), header]);
  const message = new SignedMessage(raw, scanHeader(raw));
  const own = message.header.fields[0]!;
  const fields = message.signedFields(
    names.map((name) => name.toLowerCase()),
    own,
  );
  const octets = canonicalHeader(raw, fields, own, signatureGap(raw, own), 'relaxed');
  const signature =
    type === 'rsa'
      ? await signInThreadPool('sha256', octets, key)
      : await signInThreadPool(null, createHash('sha256').update(octets).digest(), key);
  return `${unsigned}${signature.toString('base64').replace(/.{72}(?=.)/g, '$&\r\n\t')}\r\n`;
}

function readPrivateKey({ privateKey, algorithm }: SignOptions): KeyObject {
  let key: KeyObject;
  try {
    key = typeof privateKey === 'string' ? createPrivateKey(privateKey) : privateKey;
  } catch (cause) {
    throw new CannotSignError('Cannot sign with the private key: it cannot be read', { cause });
  }
  const type = algorithm === 'ed25519' ? 'ed25519' : 'rsa';
  if (key.type !== 'private' || key.asymmetricKeyType !== type)
    throw new CannotSignError(`Cannot sign with the private key as "${algorithm}": it is of another kind`);
  return key;
}

function checkedName(name: string, what: string): string {
  const canonical = canonicalDomain(name);
  if (canonical === null) throw new CannotSignError(`Cannot sign for ${what} "${name}": not a name of DNS`);
  return canonical;
}

/** As h= holds them: each field that is there, and the oversigned ones once more. */
function namesToSign(header: Buffer, { oversigned = OVERSIGNED, signed = SIGNED }: SignOptions): string[] {
  const count = new Map<string, number>();
  for (const { name } of scanHeader(header).fields) count.set(name, (count.get(name) ?? 0) + 1);
  if (!count.has('from')) throw new CannotSignError('Cannot sign a message without a From field');
  const times = (name: string, more: number) => Array<string>((count.get(name.toLowerCase()) ?? 0) + more).fill(name);
  return [...oversigned.flatMap((name) => times(name, 1)), ...signed.flatMap((name) => times(name, 0))];
}

function foldNames(names: readonly string[]): string {
  let text = 'h=';
  let line = text.length;
  for (const [i, name] of names.entries()) {
    const word = i < names.length - 1 ? `${name}:` : name;
    if (line + word.length > LINE_OCTETS) {
      text += '\r\n\t';
      line = 0;
    }
    text += word;
    line += word.length;
  }
  return text;
}
