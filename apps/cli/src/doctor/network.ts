import { Resolver } from 'node:dns/promises';
import type { Finding } from '@sekisho/api';
import type { Config } from '@sekisho/config';
import { finding } from './finding.ts';

const TIMEOUT_MS = 3000;
/** A name that has been in DNS as long as DNS. */
const KNOWN_NAME = 'a.root-servers.net';

/** Does DNS answer? Without it, nobody's sender can be checked and no MX is found. */
export async function examineDns({ dns }: Config): Promise<Finding> {
  if (dns.zonesFile !== null)
    return finding(
      'dns',
      'warning',
      { ja: `DNS の代わりに ${dns.zonesFile} だけを使っています`, en: `only ${dns.zonesFile} answers instead of DNS` },
      {
        ja: 'デモと訓練のための設定です。本番では dns.zones_file を消してください。',
        en: 'This is for demonstrations and drills; in service, remove dns.zones_file.',
      },
    );
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 2 });
  if (dns.servers.length > 0) resolver.setServers(dns.servers);
  const servers = resolver.getServers().join(', ');
  try {
    await resolver.resolve4(KNOWN_NAME);
    return finding('dns', 'good', { ja: `DNS が答えます(${servers})`, en: `DNS answers (${servers})` });
  } catch (error) {
    const why = (error as Error).message;
    return finding(
      'dns',
      'bad',
      { ja: `DNS が答えません(${servers}): ${why}`, en: `DNS does not answer (${servers}): ${why}` },
      {
        ja: '/etc/resolv.conf か設定の dns.servers を確認してください。',
        en: 'Check /etc/resolv.conf, or dns.servers in the configuration.',
      },
    );
  }
}

/** A name without a dot is refused by many hosts (RFC 5321 §2.3.5). */
export function examineHostname({ hostname }: Config): Finding {
  if (hostname.includes('.'))
    return finding('hostname', 'good', { ja: `名乗る名前 ${hostname}`, en: `host name ${hostname}` });
  return finding(
    'hostname',
    'warning',
    {
      ja: `名乗る名前「${hostname}」は完全なドメイン名ではありません`,
      en: `host name "${hostname}" is not fully qualified`,
    },
    {
      ja: '設定の hostname に、DNS にある名前を書いてください。',
      en: 'Write a name that is in DNS as "hostname" in the configuration.',
    },
  );
}
