import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { Zones } from '@sekisho/ports';
import { hashBody } from '../dkim/canonical-body.ts';
import { type Canonicalization, canonicalHeader, signatureGap } from '../dkim/canonical-header.ts';
import { createDkimKey } from '../dkim/create-dkim-key.ts';
import { dkimRecord } from '../dkim/dkim-record.ts';
import { SignedMessage } from '../dkim/signed-message.ts';
import { scanHeader } from '../header/scan-header.ts';

type Type = 'rsa' | 'ed25519';

/** What a test wants in its signature; everything else is ordinary. */
export interface TestSignature {
  readonly type?: Type;
  readonly header?: Canonicalization;
  readonly body?: Canonicalization;
  /** Content of h=; repeated and absent names as one likes. */
  readonly names?: readonly string[];
  /** l= */
  readonly bodyOctets?: number;
  /** Tags put before h=, or instead of ordinary ones; `null` leaves one out. */
  readonly tags?: Readonly<Record<string, string | null>>;
}

/** Fresh keys of one domain, selectors `rsa` and `ed25519`, with the zones that publish them. */
export class TestSigner {
  readonly domain: string;
  readonly zones: Zones;
  readonly #keys: Readonly<Record<Type, KeyObject>>;

  private constructor(domain: string, zones: Zones, keys: Readonly<Record<Type, KeyObject>>) {
    this.domain = domain;
    this.zones = zones;
    this.#keys = keys;
  }

  static async create(domain: string): Promise<TestSigner> {
    const [rsa, ed25519] = await Promise.all([
      createDkimKey({ algorithm: 'rsa-2048' }),
      createDkimKey({ algorithm: 'ed25519' }),
    ]);
    const zones = Object.entries({ rsa, ed25519 }).map(([selector, { publicKey }]) => {
      const { name, strings } = dkimRecord({ domain, selector, publicKey });
      return [name, { TXT: [strings] }];
    });
    const keys = { rsa: createPrivateKey(rsa.privateKey), ed25519: createPrivateKey(ed25519.privateKey) };
    return new TestSigner(domain, Object.fromEntries(zones), keys);
  }

  /** The message with a signature on top. */
  sign(raw: Buffer, how: TestSignature = {}): Buffer {
    const { type = 'rsa', header = 'relaxed', body = 'relaxed', names = ['From', 'To', 'Subject', 'Date'] } = how;
    const { digest } = hashBody(raw, scanHeader(raw).bodyStart, body, how.bodyOctets);
    const tags: Record<string, string | null> = {
      v: '1',
      a: `${type}-sha256`,
      c: `${header}/${body}`,
      d: this.domain,
      s: type,
      ...(how.bodyOctets === undefined ? {} : { l: String(how.bodyOctets) }),
      ...how.tags,
      h: names.join(':'),
      bh: digest,
    };
    const list = Object.entries(tags).flatMap(([name, value]) => (value === null ? [] : [`${name}=${value}`]));
    const unsigned = `DKIM-Signature: ${list.join(';\r\n\t')};\r\n\tb=`;
    const whole = Buffer.concat([Buffer.from(`${unsigned}\r\n`), raw]);
    const message = new SignedMessage(whole, scanHeader(whole));
    const own = message.header.fields[0]!;
    const signed = message.signedFields(
      names.map((name) => name.toLowerCase()),
      own,
    );
    const octets = canonicalHeader(whole, signed, own, signatureGap(whole, own), header);
    const signature =
      type === 'rsa'
        ? sign('sha256', octets, this.#keys.rsa)
        : sign(null, createHash('sha256').update(octets).digest(), this.#keys.ed25519);
    return Buffer.concat([Buffer.from(`${unsigned}${signature.toString('base64')}\r\n`), raw]);
  }
}
