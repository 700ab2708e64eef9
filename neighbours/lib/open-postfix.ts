import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@sekisho/server/testing';
import { type Postfix, type PostfixOptions, startPostfix } from '../../bench/lib/postfix.ts';

/** A Postfix that is stopped and removed at the end of its scope. */
export interface OpenPostfix extends Postfix, AsyncDisposable {}

/** Starts Debian's Postfix in a folder of its own; with a certificate it offers STARTTLS and says so in Received. */
export async function openPostfix(
  options: Omit<PostfixOptions, 'folder' | 'port'> & { readonly certificate?: { cert: string; key: string } },
): Promise<OpenPostfix> {
  const outside = mkdtempSync(join(tmpdir(), 'sekisho-postfix-'));
  chmodSync(outside, 0o755);
  const { certificate, settings = [], ...rest } = options;
  const pem = join(outside, 'postfix.pem');
  if (certificate) writeFileSync(pem, certificate.key + certificate.cert, { mode: 0o600 });
  const secured = [
    `smtpd_tls_chain_files = ${pem}`,
    'smtpd_tls_security_level = may',
    'smtpd_tls_received_header = yes',
  ];
  const postfix = startPostfix({
    ...rest,
    folder: join(outside, 'peer'),
    port: await freePort(),
    settings: [...(certificate ? secured : []), ...settings],
  });
  return {
    ...postfix,
    async [Symbol.asyncDispose]() {
      postfix.stop();
      rmSync(outside, { recursive: true, force: true });
    },
  };
}
