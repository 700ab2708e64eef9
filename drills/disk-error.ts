import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Chance } from './lib/chance.ts';
import { atLeast, type Drill, faultsOf, inFolder, told, verdictFigures } from './lib/drill.ts';
import type { Part } from './lib/house.ts';
import { Injection } from './lib/injection.ts';
import { LoadedHouse } from './lib/loaded-house.ts';
import { countEvents, logLines } from './lib/log-lines.ts';
import type { Stop, Verdict } from './lib/oracle.ts';
import { until } from './lib/processes.ts';

const FAULTY_MS = 2500;
const AFTER_MS = 1500;

/** Lets reads of a loaded house fail, the scan processes' and the core's, and starts it anew. */
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
          { folder, limits: { segment_mib: 2 }, tenants: 2 },
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
