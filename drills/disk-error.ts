import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Chance } from './lib/chance.ts';
import { atLeast, type Drill, faultsOf, inFolder, told, verdictFigures } from './lib/drill.ts';
import { House, type Part } from './lib/house.ts';
import { Injection } from './lib/injection.ts';
import { LoadedHouse } from './lib/loaded-house.ts';
import { countEvents, logLines } from './lib/log-lines.ts';
import type { Stop, Verdict } from './lib/oracle.ts';
import type { Prepared } from './lib/prepare.ts';
import { until } from './lib/processes.ts';

const LIMITS = { segment_mib: 2 };
const FAULTY_MS = 2500;
const STARTING_MS = 7000;
const AFTER_MS = 1500;

/** Lets reads of a loaded house fail, the scan processes', the core's and those of a start, and then starts it anew. */
export const diskError: Drill = {
  name: 'disk-error',
  rounds: { usual: 3, ci: 1 },
  needs: ['strace', 'root'],
  async run({ rounds, seed }) {
    const chance = new Chance(seed);
    const verdicts: Verdict[] = [];
    let [alarms, accepted, waiting] = [0, 0, 0];
    for (let round = 0; round < rounds; round++) {
      await inFolder('disk-error', async (folder) => {
        await using loaded = await LoadedHouse.open(
          { folder, limits: LIMITS, tenants: 2 },
          { sessions: 6, pauseMs: 30 },
          chance,
        );
        const { house, sender } = loaded;
        await until('the first messages', 10_000, () => sender.accepted.length >= 50);
        const since = Date.now();
        for (const part of ['scan', 'core'] as const) await failReads(loaded, part, folder, chance);
        accepted += loaded.acceptedSince(since);
        const errors = countEvents(logLines(house.logFile, since), 'error');
        console.error(`errors told: ${JSON.stringify(errors)}`);
        alarms += Object.values(errors).reduce((sum, count) => sum + count, 0);
        await sleep(AFTER_MS);
        waiting += (await house.metric('sekisho_spool_debt_messages')) ?? 0;
        const stop: Stop = { from: since, to: Number.POSITIVE_INFINITY };
        house.kill('supervisor');
        await house.ended();
        await house.clear();
        await startWithFaults(loaded.prepared);
        house.spawn();
        stop.to = Date.now();
        const verdict = await loaded.judge([stop]);
        verdicts.push(verdict);
        return faultsOf(verdict);
      });
    }
    return [
      ...verdictFigures('disk-error', verdicts),
      atLeast('disk-error.alarms', alarms, 'log lines', rounds),
      told('disk-error.waiting-for-the-restart', waiting, 'messages'),
      told('disk-error.accepted-meanwhile', accepted, 'messages'),
    ];
  },
};

async function failReads({ house }: LoadedHouse, part: Part, folder: string, chance: Chance): Promise<void> {
  const often = `${chance.between(5, 20)}+${chance.between(20, 60)}`;
  const faults = ['pread64', 'preadv'].map((call) => `${call}:error=EIO:when=${often}`);
  const injection = await Injection.into(house.pidsOf(part)[0]!, faults, join(folder, `${part}.trace`));
  await sleep(FAULTY_MS);
  await injection.end();
}

/** Starts the house while no tenant's log can be read: it may serve or not, but must not give anything up. */
async function startWithFaults({ folder, dataFolder, tenants }: Prepared): Promise<void> {
  const logs = tenants.flatMap(({ id }) => ['-P', join(dataFolder, 'tenants', id, 'g000001.db-wal')]);
  const faults = ['read', 'pread64'].flatMap((call) => ['-e', `inject=${call}:error=EIO`]);
  const under = ['strace', '-f', '-qq', '-o', '/dev/null', ...logs, '-e', 'trace=read,pread64', ...faults];
  const house = await House.open({ folder, limits: LIMITS, under });
  house.spawn();
  try {
    await sleep(STARTING_MS);
    const lines = logLines(house.logFile);
    const told = { ...countEvents(lines, 'error'), ...countEvents(lines, 'warn') };
    console.error(`told by a start while reads fail: ${JSON.stringify(told)}`);
  } finally {
    await house.clear();
  }
}
