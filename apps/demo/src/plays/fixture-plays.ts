import { AOBA, FIXTURE_SENDER, MINATO } from '../house/world.ts';
import { type FixtureMail, fixtureMails, isUnfit } from '../mail/fixtures.ts';
import { bodyParameters, DELIVERED, type Expected, type Play, refused, SETTLED, type Subject } from './play.ts';
import type { Scene } from './scene.ts';

/** Attachments that need a password: nobody can scan them. */
const LOCKED = /ppap-(zipcrypto|aes256)|7z-encrypted/;

/** Mails that this project made for its tests: Japanese in every writing, DKIM vectors, hostile ones. */
export function fixturePlays({ antivirus }: Scene): Play[] {
  return [
    ...playsOf('japanese', 'japanese-generated', ({ name }) =>
      antivirus && LOCKED.test(name) ? { kind: 'quarantined', reason: 'unscannable' } : DELIVERED,
    ),
    ...playsOf('dkim', 'dkim-generated', () => DELIVERED),
    ...playsOf('hostile', 'hostile-generated', ({ name }) => {
      if (!antivirus || !name.startsWith('eicar')) return SETTLED;
      return { kind: 'quarantined', reason: name.includes('20-deep') ? 'unscannable' : 'infected' };
    }),
  ];
}

function playsOf(about: Subject, folder: string, expected: (mail: FixtureMail) => Expected): Play[] {
  return fixtureMails(folder).map((mail, at) => {
    const { people } = at % 2 === 0 ? AOBA : MINATO;
    return {
      about,
      port: 'smtp',
      from: FIXTURE_SENDER.address,
      ehlo: `mail.${FIXTURE_SENDER.domain}`,
      reversePath: `${mail.name.split('.')[0]}@${FIXTURE_SENDER.domain}`,
      forwardPaths: [people[at % people.length]!.address],
      parameters: bodyParameters(mail.raw),
      raw: mail.raw,
      expected: isUnfit(mail.raw) ? refused(mail.raw.length > 1024 * 1024 ? 552 : 554) : expected(mail),
    };
  });
}
