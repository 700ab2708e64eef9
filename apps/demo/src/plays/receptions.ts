import { AOBA, type DemoTenant, FORWARDER, MINATO, OUTSIDERS, SPOOFED, SPOOFER, TENANTS } from '../house/world.ts';
import { zipFile } from '../mail/attachments.ts';
import { EICAR } from '../mail/eicar.ts';
import { bodyParameters, DELIVERED, type Play, refused } from './play.ts';
import { matterMail, outsiderOf, type Scene, signedBy } from './scene.ts';

const BUSINESS = 110;
const FORWARDED = 6;
const SPOOFS = 10;
const VIRUSES = 6;

const tenantOf = (number: number): DemoTenant => TENANTS[number % TENANTS.length]!;
const personOf = ({ people }: DemoTenant, number: number) => people[number % people.length]!;

/** Mail that arrives from outside as it should. */
export async function receptions(scene: Scene): Promise<Play[]> {
  const plays: Play[] = [];
  for (let number = 0; number < BUSINESS; number++) {
    const [tenant, outsider] = [tenantOf(number), outsiderOf(number)];
    const to = [personOf(tenant, number), ...(number % 4 === 0 ? [personOf(tenant, number + 1)] : [])];
    const blind = number % 9 === 0 ? [personOf(tenant, number + 2)] : [];
    const mail = matterMail(scene, number, outsider.person, to);
    const raw = outsider.signs === null ? mail : await signedBy(scene, outsider.domain, mail);
    plays.push({
      about: outsider.signs === null ? 'business' : 'signed',
      port: 'smtp',
      from: outsider.server,
      ehlo: `mail.${outsider.domain}`,
      reversePath: outsider.person.address,
      forwardPaths: [...new Set([...to, ...blind].map(({ address }) => address))],
      parameters: bodyParameters(raw),
      raw,
      expected: DELIVERED,
    });
  }
  return [...plays, ...(await forwarded(scene)), ...acrossTenants(scene)];
}

/** Signed mail of a list: SPF names another host, the signature holds. */
async function forwarded(scene: Scene): Promise<Play[]> {
  const plays = Array.from({ length: FORWARDED }, async (_, at): Promise<Play> => {
    const number = 200 + at;
    const [author, reader] = [OUTSIDERS[0]!, personOf(AOBA, at)];
    return {
      about: 'signed',
      port: 'smtp',
      from: FORWARDER.address,
      ehlo: `mail.${FORWARDER.domain}`,
      reversePath: author.person.address,
      forwardPaths: [reader.address],
      raw: await signedBy(scene, author.domain, matterMail(scene, number, author.person, [reader])),
      expected: DELIVERED,
    };
  });
  return Promise.all(plays);
}

/** One message to people of both tenants: the second one's has to come in a transaction of its own. */
function acrossTenants(scene: Scene): Play[] {
  const [author, first, second] = [OUTSIDERS[4]!, personOf(AOBA, 0), personOf(MINATO, 0)];
  const base = { about: 'business', port: 'smtp', from: author.server, ehlo: `mail.${author.domain}` } as const;
  const raw = matterMail(scene, 220, author.person, [first, second]);
  const about = { ...base, reversePath: author.person.address, raw, expected: DELIVERED };
  return [
    { ...about, forwardPaths: [first.address, second.address], refusedPaths: [second.address] },
    { ...about, forwardPaths: [second.address] },
  ];
}

/** Mail in a bank's name, which asks that such mail be rejected: refused in session where that is on, else kept aside. */
export function spoofs(scene: Scene): Play[] {
  return Array.from({ length: SPOOFS }, (_, at) => {
    const tenant = tenantOf(at);
    const reader = personOf(tenant, at);
    const change = {
      subject: '【重要】お客様の口座が一時停止されました',
      text: 'ただちに本人確認をお願いします。\nhttps://midori-bank.invalid/login',
      attachments: [],
      before:
        at % 5 === 0 ? `Authentication-Results: mx.sekisho.example; dmarc=pass header.from=${SPOOFED.domain}\r\n` : '',
    };
    return {
      about: 'spoofed',
      port: 'smtp',
      from: SPOOFER.address,
      ehlo: `mail.${SPOOFER.domain}`,
      reversePath: `bounce-${at}@${SPOOFER.domain}`,
      forwardPaths: [reader.address],
      raw: matterMail(scene, 300 + at, SPOOFED.person, [reader], change),
      expected: tenant === MINATO ? refused(550) : { kind: 'quarantined', reason: 'dmarc-reject' },
    };
  });
}

/** The harmless test string of virus scanners, in a ZIP archive. */
export function viruses(scene: Scene): Play[] {
  return Array.from({ length: VIRUSES }, (_, at) => {
    const [tenant, outsider] = [tenantOf(at), OUTSIDERS[4]!];
    const reader = personOf(tenant, at);
    const attachments = [zipFile(`納品書_${at}.zip`, { 'eicar.com': Buffer.from(EICAR) })];
    return {
      about: 'virus',
      port: 'smtp',
      from: outsider.server,
      ehlo: `mail.${outsider.domain}`,
      reversePath: outsider.person.address,
      forwardPaths: [reader.address],
      raw: matterMail(scene, 320 + at, outsider.person, [reader], { attachments }),
      expected: scene.antivirus ? { kind: 'quarantined', reason: 'infected' } : DELIVERED,
    };
  });
}
