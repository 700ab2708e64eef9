import { setTimeout as sleep } from 'node:timers/promises';
import { Chance } from './lib/chance.ts';
import { type Drill, faultsOf, inFolder, told, verdictFigures } from './lib/drill.ts';
import { House, type Part } from './lib/house.ts';
import { judge, lookInside, type Stop, type Verdict } from './lib/oracle.ts';
import { prepare } from './lib/prepare.ts';
import { isRunning, until } from './lib/processes.ts';
import { Sender } from './lib/sender.ts';
import { settleAndStop } from './lib/settle.ts';
import { type Mood, Sink } from './lib/sink.ts';

/** Kills on one data folder, before it is looked at and a new one is begun. */
const ROUNDS_PER_LEG = 25;
const TENANTS = 3;
const SESSIONS = 6;
const PAUSE_MS = 40;
/** Parts by how often they are killed. */
const PARTS: readonly Part[] = ['core', 'core', 'core', 'front', 'front', 'scan', 'supervisor', 'supervisor'];

/** Kills processes of the house at random under load, and compares in the end. */
export const crash: Drill = {
  name: 'crash',
  rounds: { usual: 200, ci: 10 },
  needs: [],
  async run({ rounds, seed }) {
    const chance = new Chance(seed);
    const killed = new Map<Part, number>();
    const verdicts: Verdict[] = [];
    for (let left = rounds; left > 0; left -= ROUNDS_PER_LEG) {
      await inFolder('crash', async (folder) => {
        const verdict = await leg(folder, Math.min(left, ROUNDS_PER_LEG), chance, killed);
        verdicts.push(verdict);
        return faultsOf(verdict);
      });
    }
    return [
      ...verdictFigures('crash', verdicts),
      ...[...killed].map(([part, count]) => told(`crash.killed-${part}`, count, 'processes')),
    ];
  },
};

async function leg(folder: string, rounds: number, chance: Chance, killed: Map<Part, number>): Promise<Verdict> {
  const sink = await Sink.open();
  const prepared = await prepare(folder, TENANTS, sink.port);
  const house = await House.open({ folder, limits: { segment_mib: 4 } });
  const stops: Stop[] = [];
  let sender: Sender | null = null;
  try {
    sink.mood = () => moodOf(chance);
    await house.start();
    sender = new Sender({
      port: house.smtpPort,
      tenants: prepared.tenants,
      sessions: SESSIONS,
      pauseMs: PAUSE_MS,
      chance,
    });
    for (let round = 1; round <= rounds; round++) {
      await sleep(chance.between(200, 2500));
      const part = chance.pick(PARTS);
      await until(`a ${part} to kill`, 20_000, () => house.pidsOf(part).length > 0);
      const cores = house.pidsOf('core');
      const stop = { from: Date.now(), to: Number.POSITIVE_INFINITY };
      house.kill(part, (pids) => chance.pick(pids));
      if (part === 'core' || part === 'supervisor') {
        stops.push(stop);
        void until('the end of the core', 20_000, () => !cores.some(isRunning), 2).then(() => (stop.to = Date.now()));
      }
      if (part === 'supervisor') {
        await house.ended();
        house.spawn();
      }
      killed.set(part, (killed.get(part) ?? 0) + 1);
      if (chance.next() < 0.7) await house.ready();
      console.error(`round ${round} of ${rounds}: ${part} killed, ${sender.accepted.length} accepted so far`);
    }
    await sender.stop();
    await settleAndStop(house, prepared, () => sender!.sent, sink);
    return judge({ sent: sender.sent, copies: sink.copies, found: await lookInside(prepared, sender.sent), stops });
  } finally {
    await sender?.stop();
    await house.clear();
    sink.close();
  }
}

/** Mostly takes mail; now and then it hangs before the 250, refuses for now, or hangs up. */
function moodOf(chance: Chance): Mood {
  const fate = chance.next();
  if (fate < 0.03) return { kind: 'hang', ms: chance.between(100, 1500) };
  if (fate < 0.035) return { kind: 'refuse' };
  if (fate < 0.036) return { kind: 'drop' };
  return { kind: 'take' };
}
