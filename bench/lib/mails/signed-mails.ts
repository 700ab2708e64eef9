import { createDkimKey, dkimRecord, signDkim } from '@sekisho/message-auth';
import type { Zones } from '@sekisho/ports';
import { formatMail } from './format-mail.ts';
import { letter } from './letter.ts';

const SIGNATURE_OCTETS = 700;
const HEAD_OCTETS = 350;
const SIGNED_AT = Date.UTC(2026, 10, 20);

/** Different mails of about `sizeOctets` each, signed for `sender.test` with a fresh RSA key of 2,048 bits. */
export async function makeSignedMails(sizes: readonly { readonly count: number; readonly sizeOctets: number }[]) {
  const { privateKey, publicKey } = await createDkimKey({ algorithm: 'rsa-2048' });
  const { name, strings } = dkimRecord({ domain: 'sender.test', selector: 'rsa', publicKey });
  const zones: Zones = {
    'sender.test': { TXT: [['v=spf1 ip4:127.0.0.1 -all']], MX: [{ priority: 10, exchange: 'mx.sender.test' }] },
    'mx.sender.test': { A: ['127.0.0.1'] },
    '_dmarc.sender.test': { TXT: [['v=DMARC1; p=reject']] },
    [name]: { TXT: [strings] },
  };
  const sign = async (raw: Buffer) => {
    const field = await signDkim([raw], {
      domain: 'sender.test',
      selector: 'rsa',
      privateKey,
      algorithm: 'rsa-2048',
      signedAt: SIGNED_AT,
    });
    return Buffer.concat([Buffer.from(field), raw]);
  };
  const sets: Buffer[][] = [];
  for (const { count, sizeOctets } of sizes) {
    const mails: Buffer[] = [];
    for (let number = 0; number < count; number++) mails.push(await sign(mailOf(number, sizeOctets)));
    sets.push(mails);
  }
  return { sets, zones };
}

/** Small mails are text; in large ones four fifths are an attachment. */
function mailOf(number: number, sizeOctets: number): Buffer {
  const wanted = sizeOctets - SIGNATURE_OCTETS - HEAD_OCTETS;
  if (sizeOctets <= 16 * 1024) {
    const long = letter(number, () => wanted);
    const ratio = wanted / (formatMail(long).length - HEAD_OCTETS);
    return formatMail(ratio >= 1 ? long : { ...long, body: long.body.slice(0, Math.floor(long.body.length * ratio)) });
  }
  const attachmentOctets = Math.floor((wanted * 0.8 * 3) / 4);
  return formatMail(
    letter(number, () => 3000),
    attachmentOctets,
  );
}
