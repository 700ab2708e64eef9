import { AOBA, MINATO, OUTSIDERS, STRANGER, TENANTS } from '../house/world.ts';
import { type Play, refused } from './play.ts';
import { matterMail, type Scene } from './scene.ts';

const READER = AOBA.people[0]!;
const TOO_BIG_OCTETS = 60_000_000;

/** What the house must refuse in the session, whoever asks. */
export function refusals(scene: Scene): Play[] {
  const stranger = { name: '', address: `someone@${STRANGER.domain}` };
  const raw = matterMail(scene, 500, stranger, [READER]);
  const attempt = {
    port: 'smtp',
    from: STRANGER.address,
    ehlo: `mail.${STRANGER.domain}`,
    reversePath: stranger.address,
    raw,
  } as const;
  const outside = OUTSIDERS[3]!.person.address;
  const relays = [
    outside,
    `@${AOBA.domain}:${outside}`,
    `victim%${OUTSIDERS[3]!.domain}@${AOBA.domain}`,
    `${OUTSIDERS[3]!.domain}!victim@${AOBA.domain}`,
    `"victim@${OUTSIDERS[3]!.domain}"@${AOBA.domain}`,
    `victim@[192.0.2.1]`,
  ];
  const relay = (forwardPath: string, reversePath = attempt.reversePath): Play => {
    return { ...attempt, about: 'relay', reversePath, forwardPaths: [forwardPath], expected: refused(550) };
  };
  return [
    ...relays.map((forwardPath) => relay(forwardPath)),
    relay(outside, ''),
    relay(outside, READER.address),
    ...TENANTS.flatMap(({ domain }) =>
      ['yamda', 'keri', 'no-such-person', 'sales2019'].map((localPart): Play => {
        const forwardPaths = [`${localPart}@${domain}`];
        return { ...attempt, about: 'unknown-recipient', forwardPaths, expected: refused(550) };
      }),
    ),
    {
      ...attempt,
      about: 'too-big',
      forwardPaths: [READER.address],
      parameters: ` SIZE=${TOO_BIG_OCTETS}`,
      expected: refused(552),
    },
    ...smuggled(raw).map((octets): Play => {
      const about = { about: 'smuggled', forwardPaths: [READER.address], isUnstuffed: true } as const;
      return { ...attempt, ...about, raw: octets, expected: refused(554) };
    }),
  ];
}

/** A second mail hidden behind each false end of data that some server has believed in. */
function smuggled(raw: Buffer): Buffer[] {
  const hidden = `MAIL FROM:<ceo@${AOBA.domain}>\r\nRCPT TO:<${MINATO.people[0]!.address}>\r\nDATA\r\n`;
  return ['\n.\n', '\n.\r\n', '\r.\r', '\r\n.\n', '\r.\r\n'].map((end) =>
    Buffer.concat([raw, Buffer.from(`${end}${hidden}${raw.toString('latin1')}`, 'latin1')]),
  );
}
