import { createPublicKey } from 'node:crypto';
import { keyName } from './parse-signature.ts';

/** The TXT record that publishes a key (RFC 6376 §3.6.2). */
export interface DkimRecord {
  readonly name: string;
  readonly value: string;
  /** The value as strings of at most 255 octets, as DNS holds it (RFC 1035 §3.3.14). */
  readonly strings: readonly string[];
}

/** What the owner of `domain` has to publish before mail signed with that key verifies. `publicKey` is PEM. */
export function dkimRecord(key: {
  readonly domain: string;
  readonly selector: string;
  readonly publicKey: string;
}): DkimRecord {
  const publicKey = createPublicKey(key.publicKey);
  const der = publicKey.export({ type: 'spki', format: 'der' });
  const isRsa = publicKey.asymmetricKeyType === 'rsa';
  const value = `v=DKIM1; k=${isRsa ? 'rsa' : 'ed25519'}; p=${(isRsa ? der : der.subarray(-32)).toString('base64')}`;
  return { name: keyName(key), value, strings: value.match(/.{1,255}/g)! };
}
