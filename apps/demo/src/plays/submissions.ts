import {
  AOBA,
  type DemoTenant,
  FAR_AWAY,
  MINATO,
  NOBODY_OUTSIDE,
  OUTSIDERS,
  STRANGER,
  TENANTS,
} from '../house/world.ts';
import type { Person } from '../mail/compose.ts';
import { bodyParameters, DELIVERED, type Expected, type Play, refused, type Subject } from './play.ts';
import { matterMail, outsiderOf, type Scene } from './scene.ts';

const OUTWARD = 50;
const INWARD = 8;
const ACROSS = 4;
const RETURNED = 2;

const personOf = ({ people }: DemoTenant, number: number) => people[number % people.length]!;

/** Mail that the tenants' own servers hand in: to the world, inside, to the other tenant, and to nobody. */
export function submissions(scene: Scene): Play[] {
  const submit = (
    about: Subject,
    number: number,
    tenant: DemoTenant,
    to: readonly Person[],
    expected: Expected = DELIVERED,
  ): Play => {
    const author = personOf(tenant, number);
    const raw = matterMail(scene, number, author, to);
    return {
      about,
      port: 'submission',
      from: tenant.server,
      ehlo: `mail.${tenant.domain}`,
      reversePath: author.address,
      forwardPaths: to.map(({ address }) => address),
      parameters: bodyParameters(raw),
      raw,
      expected,
    };
  };
  const list = (count: number, play: (at: number, tenant: DemoTenant) => Play) =>
    Array.from({ length: count }, (_, at) => play(at, TENANTS[at % TENANTS.length]!));
  const nobody = { name: '退職された方', address: NOBODY_OUTSIDE };
  const farAway = { name: '旧倉庫', address: FAR_AWAY.recipient };
  return [
    ...list(OUTWARD, (at, tenant) => {
      const to = [outsiderOf(at).person, ...(at % 5 === 0 ? [OUTSIDERS[(at + 1) % OUTSIDERS.length]!.person] : [])];
      return submit('submitted', 400 + at, tenant, to);
    }),
    ...list(INWARD, (at, tenant) => submit('internal', 460 + at, tenant, [personOf(tenant, at + 1)])),
    ...list(ACROSS, (at, tenant) => {
      const other = tenant === AOBA ? MINATO : AOBA;
      return submit('between-tenants', 470 + at, tenant, [personOf(other, at)]);
    }),
    ...list(RETURNED, (at, tenant) => submit('returned', 480 + at, tenant, [nobody], { kind: 'returned' })),
    submit('guarded', 490, AOBA, [farAway], { kind: 'waits' }),
    { ...submit('relay', 491, AOBA, [OUTSIDERS[1]!.person], refused(550)), from: STRANGER.address },
  ];
}
