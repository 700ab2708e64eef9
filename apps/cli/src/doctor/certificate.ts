import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Finding } from '@sekisho/api';
import type { Config } from '@sekisho/config';
import type { Sentence } from '@sekisho/terms';
import { finding } from './finding.ts';

const DAY_MS = 86_400_000;
const SOON_DAYS = 21;

/** The certificate: is it there, does its key fit, is it for our name, and until when? */
export function examineCertificate({ tls, hostname }: Config, now: number): Finding {
  if (tls === null)
    return finding(
      'tls',
      'warning',
      { ja: 'TLS の証明書がありません', en: 'no TLS certificate is configured' },
      {
        ja: '設定の tls.certificate と tls.key を書いてください。',
        en: 'Set tls.certificate and tls.key in the configuration.',
      },
    );
  const bad = (ja: string, en: string, todo: Sentence | null = null) => finding('tls', 'bad', { ja, en }, todo);
  try {
    const certificate = new X509Certificate(readFileSync(tls.certificate));
    if (!certificate.checkPrivateKey(createPrivateKey(readFileSync(tls.key))))
      return bad(
        `${tls.key} は ${tls.certificate} の鍵ではありません`,
        `${tls.key} is not the key of ${tls.certificate}`,
      );
    const days = Math.floor((Date.parse(certificate.validTo) - now) / DAY_MS);
    const renew = {
      ja: '証明書を更新してください。置き換えるだけで読み直します。',
      en: 'Renew it; it is read again as soon as the file changes.',
    };
    if (days < 0)
      return bad(
        `証明書の期限が切れています(${certificate.validTo})`,
        `the certificate has expired (${certificate.validTo})`,
        renew,
      );
    if (Date.parse(certificate.validFrom) > now)
      return bad(
        `証明書はまだ有効ではありません(${certificate.validFrom})`,
        `the certificate is not valid yet (${certificate.validFrom})`,
      );
    const isOurs = certificate.checkHost(hostname) !== undefined;
    const level = days < SOON_DAYS || !isOurs ? 'warning' : 'good';
    return finding(
      'tls',
      level,
      {
        ja: `証明書はあと ${days} 日有効${isOurs ? '' : `、${hostname} のものではありません`}`,
        en: `the certificate is valid for ${days} days${isOurs ? '' : `, and not for ${hostname}`}`,
      },
      level === 'good' ? null : renew,
    );
  } catch (error) {
    const why = (error as Error).message;
    return bad(`証明書を読めません: ${why}`, `the certificate cannot be read: ${why}`);
  }
}
