import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Chance } from './lib/chance.ts';
import { atLeast, type Drill, faultsOf, inFolder, none, told, verdictFigures } from './lib/drill.ts';
import { promisedWithoutSync } from './lib/durable-replies.ts';
import { Injection } from './lib/injection.ts';
import { LoadedHouse } from './lib/loaded-house.ts';
import { logLines } from './lib/log-lines.ts';
import type { Stop, Verdict } from './lib/oracle.ts';
import { until } from './lib/processes.ts';

const FAULTY_MS = 2500;

/** Lets syncs of a loaded house fail, first the front's and then the core's, and starts it anew. */
export const fsyncError: Drill = {
  name: 'fsync-error',
  rounds: { usual: 3, ci: 1 },
  needs: ['strace', 'root'],
  async run({ rounds, seed }) {
    const chance = new Chance(seed);
    const verdicts: Verdict[] = [];
    const seen = { refused: 0, promised: 0, spoolAlarms: 0, storeAlarms: 0 };
    for (let round = 0; round < rounds; round++) {
      await inFolder('fsync-error', async (folder) => {
        const verdict = await failSyncs(folder, chance, seen);
        verdicts.push(verdict);
        return faultsOf(verdict);
      });
    }
    return [
      ...verdictFigures('fsync-error', verdicts),
      atLeast('fsync-error.refused', seen.refused, 'messages', rounds),
      none('fsync-error.promised-without-sync', seen.promised, 'messages'),
      atLeast('fsync-error.spool-alarms', seen.spoolAlarms, 'log lines', rounds),
      atLeast('fsync-error.store-alarms', seen.storeAlarms, 'log lines', rounds),
      told('fsync-error.rounds-of-faults', rounds * 2, 'faults'),
    ];
  },
};

async function failSyncs(
  folder: string,
  chance: Chance,
  seen: { refused: number; promised: number; spoolAlarms: number; storeAlarms: number },
): Promise<Verdict> {
  const limits = { segment_mib: 2 };
  await using loaded = await LoadedHouse.open({ folder, limits, tenants: 2 }, { sessions: 6, pauseMs: 30 }, chance);
  const { house, sender } = loaded;
  await until('the first messages', 10_000, () => sender.accepted.length >= 50);

  const frontAt = Date.now();
  const trace = join(folder, 'front.trace');
  const faults = [`fdatasync:error=EIO:when=${chance.between(3, 9)}+${chance.between(7, 15)}`];
  const front = await Injection.into(house.pidsOf('front')[0]!, faults, trace);
  await sleep(FAULTY_MS);
  await front.end();
  const refusals = loaded.refusals(frontAt);
  console.error(
    `refused by the front: ${JSON.stringify(refusals)}; accepted meanwhile: ${loaded.acceptedSince(frontAt)}`,
  );
  seen.refused += refusals[451] ?? 0;
  seen.promised += await promisedWithoutSync(trace, join(loaded.prepared.dataFolder, 'spool'), house.smtpPort);
  seen.spoolAlarms += errorsSince(house.logFile, frontAt, /^spool\./);

  const coreAt = Date.now();
  const core = await Injection.into(
    house.pidsOf('core')[0]!,
    ['fdatasync:error=EIO:when=2+3', 'fsync:error=EIO:when=2+3'],
    join(folder, 'core.trace'),
  );
  await sleep(FAULTY_MS);
  await core.end();
  seen.storeAlarms += errorsSince(house.logFile, coreAt, /^(tenants|checkpoint|intake)\./);
  const accepted = loaded.acceptedSince(coreAt);
  console.error(`accepted while the core's syncs failed: ${accepted}`);

  const stop: Stop = { from: coreAt, to: Date.now() };
  house.kill('supervisor');
  await house.ended();
  await house.clear();
  house.spawn();
  stop.to = Date.now();
  return await loaded.judge([stop]);
}

function errorsSince(file: string, since: number, events: RegExp): number {
  return logLines(file, since).filter(({ level, event }) => level === 'error' && events.test(event)).length;
}
