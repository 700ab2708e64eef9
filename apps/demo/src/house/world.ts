/** Who there is in the demo's small world: two tenants of the house, and the hosts outside. All addresses are loopback. */
import type { Person } from '../mail/compose.ts';

/** Name of the house in greetings and trace fields. */
export const HOST_NAME = 'mx.sekisho.example';

/** A tenant of the demo. */
export interface DemoTenant {
  readonly name: string;
  readonly displayName: string;
  readonly domain: string;
  /** Address of the tenant's own mail server, from which it submits. */
  readonly server: string;
  readonly people: readonly Person[];
}

const person = (domain: string) => (name: string, localPart: string) => ({ name, address: `${localPart}@${domain}` });

const atAoba = person('aoba.example');
const atMinato = person('minato.example');

/** A trading company: its recipients are a list that the house holds, and it is told everything behind the 250. */
export const AOBA: DemoTenant = {
  name: 'aoba-shoji',
  displayName: '青葉商事',
  domain: 'aoba.example',
  server: '127.0.0.21',
  people: [
    atAoba('山田 太郎', 'taro.yamada'),
    atAoba('佐藤 花子', 'hanako.sato'),
    atAoba('鈴木 一郎', 'ichiro.suzuki'),
    atAoba('経理部', 'keiri'),
    atAoba('営業部', 'eigyo'),
    atAoba('代表窓口', 'info'),
  ],
};

/** A forwarder: the house asks its mail server who its recipients are, and inspects before it replies. */
export const MINATO: DemoTenant = {
  name: 'minato',
  displayName: '港物流',
  domain: 'minato.example',
  server: '127.0.0.22',
  people: [
    atMinato('高橋 美咲', 'misaki.takahashi'),
    atMinato('田中 健', 'ken.tanaka'),
    atMinato('渡辺 さくら', 'sakura.watanabe'),
    atMinato('配車センター', 'haisha'),
    atMinato('総務課', 'soumu'),
  ],
};

export const TENANTS = [AOBA, MINATO] as const;

/** A second domain of 青葉商事 whose server lies outside this machine, where the guard lets nothing go. */
export const FAR_AWAY = {
  domain: 'old.aoba.example',
  server: '192.0.2.1',
  recipient: 'soko@old.aoba.example',
} as const;

/** An organisation outside, with what it publishes about its mail. */
export interface Outsider {
  readonly domain: string;
  /** Address of its mail server. */
  readonly server: string;
  readonly person: Person;
  /** Algorithm of its DKIM key; `null` signs nothing. */
  readonly signs: 'rsa-2048' | 'ed25519' | null;
  /** What its DMARC record asks for; `null` publishes none. */
  readonly dmarc: 'none' | 'quarantine' | 'reject' | null;
}

const outsider = (
  domain: string,
  server: string,
  [name, localPart]: readonly [string, string],
  signs: Outsider['signs'],
  dmarc: Outsider['dmarc'],
): Outsider => ({ domain, server, person: { name, address: `${localPart}@${domain}` }, signs, dmarc });

/** Who writes to the tenants and is written to. */
export const OUTSIDERS: readonly Outsider[] = [
  outsider('tokai-seiki.example', '127.0.0.41', ['東海精機 購買課', 'koubai'], 'ed25519', 'reject'),
  outsider('hokuto.example', '127.0.0.42', ['北斗運輸 中村', 'nakamura'], 'rsa-2048', 'quarantine'),
  outsider('midori-bank.example', '127.0.0.43', ['みどり銀行', 'oshirase'], 'rsa-2048', 'reject'),
  outsider('sakura-print.example', '127.0.0.44', ['さくら印刷 小林', 'kobayashi'], null, 'none'),
  outsider('machikoba.example', '127.0.0.45', ['町工場 加藤', 'kato'], null, null),
];

/** The bank whose name is misused, and the host that misuses it. */
export const SPOOFED = OUTSIDERS[2]!;
export const SPOOFER = { address: '127.0.0.66', domain: 'bulk.example' } as const;

/** A mailing list of another house: passes signed mail on from an address that SPF does not name. */
export const FORWARDER = { address: '127.0.0.51', domain: 'lists.example' } as const;

/** Somebody whom the house has no reason to trust. */
export const STRANGER = { address: '127.0.0.99', domain: 'stranger.example' } as const;

/** Where mails of the fixtures come from. */
export const FIXTURE_SENDER = { address: '127.0.0.71', domain: 'fixtures.example' } as const;

/** The one outside recipient that the Internet's end refuses: its sender is told in a report. */
export const NOBODY_OUTSIDE = `taishoku@${OUTSIDERS[3]!.domain}`;

/** Selector of every key of the demo. */
export const SELECTOR = 'demo';
