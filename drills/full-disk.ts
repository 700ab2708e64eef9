import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { atEnd } from './lib/at-end.ts';
import { Chance } from './lib/chance.ts';
import { atLeast, type Drill, faultsOf, inFolder, none, told, verdictFigures } from './lib/drill.ts';
import { LoadedHouse } from './lib/loaded-house.ts';
import { logLines } from './lib/log-lines.ts';
import type { Verdict } from './lib/oracle.ts';
import { until } from './lib/processes.ts';
import { Sender } from './lib/sender.ts';

const MIB = 1024 * 1024;
const DISK_MIB = 384;
const RESERVE_MIB = 32;
const AGAIN_MS = 15_000;
/** Above 1 MiB, so that the body needs a file, and the disk has to find room after DATA. */
const LARGE_OCTETS = 1_200_000;
/** Times that the disk is filled to the last octet until a message is met behind its DATA. */
const MOST_FILLINGS = 12;

/** Fills the disk under a loaded house, down to the reserve and then to the last octet, and gives the space back. */
export const fullDisk: Drill = {
  name: 'full-disk',
  rounds: { usual: 1, ci: 1 },
  needs: ['root'],
  async run({ rounds, seed }) {
    const chance = new Chance(seed);
    const verdicts: Verdict[] = [];
    const seen = { before: 0, after: 0, wrong: 0, alarms: 0, againMs: 0 };
    for (let round = 0; round < rounds; round++) {
      await inFolder('full-disk', async (folder) => {
        const data = join(folder, 'data');
        mkdirSync(data);
        execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m,mode=0700`, 'sekisho-drill', data]);
        const unmount = () => void execFileSync('umount', ['-l', data]);
        const forgetEnd = atEnd(unmount);
        try {
          const verdict = await fill(folder, chance, seen);
          verdicts.push(verdict);
          return faultsOf(verdict);
        } finally {
          forgetEnd();
          unmount();
        }
      });
    }
    return [
      ...verdictFigures('full-disk', verdicts),
      atLeast('full-disk.refused-before-data', seen.before, 'messages', rounds),
      atLeast('full-disk.refused-after-data', seen.after, 'messages', rounds),
      none('full-disk.other-replies', seen.wrong, 'messages'),
      atLeast('full-disk.alarms', seen.alarms, 'log lines', rounds),
      told('full-disk.accepts-again-after', seen.againMs, 'ms'),
    ];
  },
};

async function fill(
  folder: string,
  chance: Chance,
  seen: { before: number; after: number; wrong: number; alarms: number; againMs: number },
): Promise<Verdict> {
  const limits = { segment_mib: 2, reserve_mib: RESERVE_MIB };
  const load = { sessions: 4, pauseMs: 20 };
  await using loaded = await LoadedHouse.open({ folder, limits, tenants: 2 }, load, chance);
  const { house, sender } = loaded;
  const data = join(folder, 'data');
  const ballast = join(data, 'run', 'ballast');
  await until('the first messages', 10_000, () => sender.accepted.length >= 50);
  const filledAt = Date.now();
  leaveFree(data, ballast, RESERVE_MIB * MIB + 6 * MIB);
  await until('a refusal at the reserve', 10_000, () => loaded.refusals(filledAt)[452] !== undefined);
  await sleep(500);
  rmSync(ballast);
  const large = new Sender({
    ...{ port: house.smtpPort, tenants: loaded.prepared.tenants, chance, sessions: 2, pauseMs: 100 },
    ...{ contentOctets: LARGE_OCTETS, firstNumber: 1_000_000 },
  });
  for (let n = 0; n < MOST_FILLINGS && !large.sent.some(({ code }) => code === 451); n++) {
    const [since, seen] = [Date.now(), large.accepted.length];
    await until('room for more', AGAIN_MS, () => loaded.acceptedSince(since) > 0 && large.accepted.length > seen);
    await sleep(chance.between(0, 200));
    leaveFree(data, ballast, 0);
    await sleep(700);
    rmSync(ballast);
  }
  await large.stop();
  sender.sent.push(...large.sent);
  const refusals = loaded.refusals(filledAt);
  console.error(
    `refused while full: ${JSON.stringify(refusals)}; accepted meanwhile: ${loaded.acceptedSince(filledAt)}`,
  );
  const freedAt = Date.now();
  await until('the first message after space came back', AGAIN_MS, () => loaded.acceptedSince(freedAt) > 0);
  seen.againMs = Math.max(seen.againMs, Date.now() - freedAt);
  await until('more of them', AGAIN_MS, () => loaded.acceptedSince(freedAt) > 50);
  const count = (isWanted: (code: number) => boolean) =>
    Object.entries(refusals).reduce((sum, [code, number]) => sum + (isWanted(Number(code)) ? number : 0), 0);
  seen.before += count((code) => code === 452);
  seen.after += count((code) => code === 451);
  seen.wrong += count((code) => code !== 452 && code !== 451);
  const alarms = logLines(house.logFile, filledAt).filter(({ level }) => level === 'error' || level === 'warn');
  seen.alarms += alarms.filter((line) => /no-room|ENOSPC|full/i.test(JSON.stringify(line))).length;
  return await loaded.judge();
}

/** Writes a file until only so many octets are free. */
function leaveFree(folder: string, file: string, octets: number): void {
  const { bavail, bsize } = statfsSync(folder);
  let left = bavail * bsize - octets;
  if (left <= 0) return;
  const fd = openSync(file, 'w');
  try {
    for (; left > 0; left -= MIB) writeSync(fd, Buffer.alloc(Math.min(MIB, left)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(fd);
  }
}
