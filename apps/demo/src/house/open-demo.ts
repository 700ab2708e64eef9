import type { Zones } from '@sekisho/ports';
import type { Sentence } from '@sekisho/terms';
import { Sink, type SunkMessage } from '../smtp/sink.ts';
import { SAYINGS } from '../tell/sayings.ts';
import { startAntivirus } from './antivirus.ts';
import { makePlace, type Place } from './place.ts';
import { choosePorts, type PortName } from './ports.ts';
import { type Preparation, prepareHouse } from './prepare.ts';
import { startHouse } from './serving.ts';
import { AOBA, MINATO, NOBODY_OUTSIDE } from './world.ts';
import { createKeys, type DemoKeys, zonesOf } from './zones.ts';

/** The servers that are played around the house. */
export interface Sinks {
  readonly aoba: Sink;
  readonly minato: Sink;
  readonly internet: Sink;
}

/** Everything of the demo that runs. Disposing of it stops all of it and removes what need not stay. */
export interface Demo extends AsyncDisposable {
  readonly place: Place;
  readonly keys: DemoKeys;
  readonly zones: Zones;
  readonly hasAntivirus: boolean;
  readonly sinks: Sinks;
  readonly isKept: boolean;
  /** Resolves when the house has ended. */
  readonly ended: Promise<void>;
  /** All that the sinks have got so far. */
  readonly sunk: () => readonly SunkMessage[];
  readonly portOf: (name: PortName) => number;
}

/** Opens sinks, antivirus and house on an empty folder; says what it had to do differently. */
export async function openDemo(about: {
  readonly data: string | null;
  readonly keep: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly say: (sentence: Sentence) => void;
  readonly withoutAntivirus: boolean;
  /** Changes to the world: routes for everywhere else by tenant, and further zones. */
  readonly elsewhere?: Preparation['elsewhere'];
  readonly moreZones?: Zones;
}): Promise<Demo> {
  const { say } = about;
  await using stack = new AsyncDisposableStack();
  const ports = await choosePorts(about.env);
  for (const { name, port, instead } of ports) if (instead !== null) say(SAYINGS.otherPort(name, instead, port));
  const place = makePlace(about.data);
  if (!about.keep) stack.defer(() => place.remove());

  const sinks = await openSinks(stack);
  const antivirus = await startAntivirus(place.clamdFolder, !about.withoutAntivirus);
  if (antivirus.kind === 'clamd') stack.use(antivirus.clamd);
  say(SAYINGS.antivirus(antivirus));
  const keys = await createKeys();
  const zones = { ...zonesOf(keys), ...about.moreZones };
  await prepareHouse({
    place,
    ports,
    keys,
    zones,
    sinks: { aoba: sinks.aoba.port, minato: sinks.minato.port, internet: sinks.internet.port },
    ...(about.elsewhere ? { elsewhere: about.elsewhere } : {}),
    clamdSocket: antivirus.kind === 'clamd' ? antivirus.clamd.address.socket : null,
  });
  const house = await startHouse(place);
  stack.defer(() => house.stop());

  const running = stack.move();
  return {
    place,
    keys,
    zones,
    hasAntivirus: antivirus.kind === 'clamd',
    sinks,
    isKept: about.keep,
    ended: house.ended,
    sunk: () => Object.values(sinks).flatMap(({ messages }) => messages),
    portOf: (name) => ports.find((one) => one.name === name)!.port,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function openSinks(stack: AsyncDisposableStack): Promise<Sinks> {
  const known = (people: readonly { readonly address: string }[]) => {
    const addresses = new Set(people.map(({ address }) => address));
    return (address: string) => addresses.has(address);
  };
  const aoba = await Sink.open(`mail.${AOBA.domain}`, known(AOBA.people));
  stack.defer(() => aoba.close());
  const minato = await Sink.open(`mail.${MINATO.domain}`, known(MINATO.people));
  stack.defer(() => minato.close());
  const internet = await Sink.open('internet.example', (address) => address !== NOBODY_OUTSIDE);
  stack.defer(() => internet.close());
  return { aoba, minato, internet };
}
