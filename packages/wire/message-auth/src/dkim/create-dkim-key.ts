import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

/** Kinds of keys that we sign with. RSA is understood everywhere, Ed25519 (RFC 8463) is not yet. */
export type DkimAlgorithm = 'rsa-2048' | 'ed25519';

/** A new key for one selector. */
export interface DkimKeyPair {
  readonly algorithm: DkimAlgorithm;
  /** PKCS #8 in PEM: a secret. */
  readonly privateKey: string;
  /** SubjectPublicKeyInfo in PEM. */
  readonly publicKey: string;
}

const generate = promisify(generateKeyPair);

/** Makes a signing key; RSA takes some tenths of a second, off the main thread. */
export async function createDkimKey({ algorithm }: { readonly algorithm: DkimAlgorithm }): Promise<DkimKeyPair> {
  const { privateKey, publicKey } =
    algorithm === 'ed25519' ? await generate('ed25519') : await generate('rsa', { modulusLength: 2048 });
  return {
    algorithm,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }) as string,
  };
}
