import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Chance } from './lib/chance.ts';
import { DiskModel } from './lib/disk-model.ts';
import { atLeast, type Drill, faultsOf, inFolder, told, verdictFigures } from './lib/drill.ts';
import { House, type Part } from './lib/house.ts';
import { judge, lookInside, type Verdict } from './lib/oracle.ts';
import { type Past, pastAt, record, type Recording, SMALL_SEGMENTS } from './lib/recording.ts';
import { settleAndStop } from './lib/settle.ts';
import { Sink } from './lib/sink.ts';

/** Cuts of one recording. */
const CUTS_PER_RECORDING = 10;
/** Cuts with every sync ignored, of which at least one must lose mail, or the drill proves nothing. */
const CONTROLS = 2;
const MESSAGES = 240;
const TENANTS = 2;
/** What is killed in the middle of one recording after the other. */
const KILLED: readonly (Part | null)[] = ['core', null, null, 'core', 'front', null];

/** What all recordings came to. */
interface Tally {
  readonly verdicts: Verdict[];
  readonly happened: Record<string, number>;
  controlLosses: number;
  recordings: number;
  calls: number;
}

/** Cuts the power at random moments of recorded runs, and starts on what the disk had by then. */
export const powerCut: Drill = {
  name: 'power-cut',
  rounds: { usual: 200, ci: 20 },
  needs: ['strace'],
  async run({ rounds, seed }) {
    const chance = new Chance(seed);
    const tally: Tally = { verdicts: [], happened: {}, controlLosses: 0, recordings: 0, calls: 0 };
    const sink = await Sink.open();
    try {
      while (tally.verdicts.length < rounds) {
        const cuts = Math.min(rounds - tally.verdicts.length, 2 * CUTS_PER_RECORDING);
        await inFolder('power-cut', (folder) => freshAndAgain(folder, cuts, tally, chance, sink));
      }
    } finally {
      sink.close();
    }
    return [
      ...verdictFigures('power-cut', tally.verdicts),
      atLeast('power-cut.control-losses', tally.controlLosses, 'messages', 1),
      told('power-cut.recordings', tally.recordings, 'runs'),
      told('power-cut.calls', tally.calls, 'system calls'),
      ...Object.entries(tally.happened).map(([what, count]) =>
        told(`power-cut.${what.replaceAll(' ', '-')}`, count, 'times'),
      ),
    ];
  },
};

/** Records a run on a fresh folder and cuts it; then a run that begins with what a cut left, and cuts that too. */
async function freshAndAgain(
  folder: string,
  cuts: number,
  tally: Tally,
  chance: Chance,
  sink: Sink,
): Promise<string[]> {
  const faults: string[] = [];
  let past: Past | undefined;
  for (let left = cuts; left > 0; left -= CUTS_PER_RECORDING) {
    const kill = KILLED[tally.recordings % KILLED.length]!;
    const recording = await record(folder, { messages: MESSAGES, tenants: TENANTS, kill, sink }, chance, past);
    console.error(`recorded ${recording.replies.size} replies: ${JSON.stringify(recording.happened)}`);
    for (const [what, count] of Object.entries(recording.happened))
      tally.happened[what] = (tally.happened[what] ?? 0) + count;
    tally.calls += recording.calls.length;
    const positions = cutPositions(recording, Math.min(left, CUTS_PER_RECORDING), chance);
    past = pastAt(recording, chance.pick(positions), join(folder, `again-${left}`));
    const verdicts = await cutAll(recording, positions, past, chance, sink);
    faults.push(...verdicts.flatMap(faultsOf));
    tally.verdicts.push(...verdicts);
    if (tally.recordings === 0) tally.controlLosses = await control(recording, chance, sink);
    tally.recordings += 1;
  }
  return faults;
}

/** Cuts a recording at some positions, in order. One of them is left for `next` to go on from. */
async function cutAll(
  recording: Recording,
  positions: readonly number[],
  next: Past,
  chance: Chance,
  sink: Sink,
): Promise<Verdict[]> {
  const model = new DiskModel(recording.prepared.dataFolder, { beginning: recording.before });
  const verdicts: Verdict[] = [];
  const nextAt = next.stops.at(-1)!.from;
  for (const [at, call] of recording.calls.entries()) {
    model.apply(call);
    if (!positions.includes(at)) continue;
    if (call.at === nextAt) model.cut(next.prepared.dataFolder, chance.next);
    const verdict = await startAfterCut(recording, model, at, chance, sink);
    verdicts.push(verdict);
    console.error(`cut ${verdicts.length} of ${positions.length} at call ${at}: ${verdict.accepted} had got 250`);
  }
  return verdicts;
}

/** The same with syncs that are lies: messages lost in all. */
async function control(recording: Recording, chance: Chance, sink: Sink): Promise<number> {
  const model = new DiskModel(recording.prepared.dataFolder, { beginning: recording.before, ignoresSyncs: true });
  const positions = cutPositions(recording, CONTROLS, chance);
  let losses = 0;
  for (const [at, call] of recording.calls.entries()) {
    model.apply(call);
    if (!positions.includes(at)) continue;
    const { lost } = await startAfterCut(recording, model, at, chance, sink);
    console.error(`control at call ${at}, syncs ignored: ${lost.length} lost`);
    losses += lost.length;
  }
  return losses;
}

/** Where to cut, ascending: anywhere, just behind a 250, and around names that come and go. */
function cutPositions({ calls, replies }: Recording, count: number, chance: Chance): number[] {
  const begins = new Set(replies.values());
  const replied = calls.flatMap(({ name, began }, at) => (/^(write|send)/.test(name) && begins.has(began) ? [at] : []));
  const named = calls.flatMap(({ name }, at) => (/^(rename|unlink|link)/.test(name) ? [at] : []));
  const chosen = new Set<number>();
  while (chosen.size < count) {
    const kind = chance.next();
    const near = kind < 0.4 ? replied : kind < 0.6 ? named : null;
    const at = near ? chance.pick(near) + chance.between(0, 3) : chance.between(0, calls.length - 1);
    if (at < calls.length) chosen.add(at);
  }
  return [...chosen].sort((a, b) => a - b);
}

/** Starts a house on what the disk had after the cut, lets it recover and deliver, and compares. */
async function startAfterCut(
  recording: Recording,
  model: DiskModel,
  at: number,
  chance: Chance,
  sink: Sink,
): Promise<Verdict> {
  const { folder } = recording.prepared;
  const dataFolder = join(folder, `cut-${at}`);
  const { prepared, sent, copies, stops } = pastAt(recording, at, dataFolder);
  model.cut(dataFolder, chance.next);
  sink.forget();
  for (const copy of copies) sink.remember(copy);
  const house = await House.open({ folder, dataFolder, limits: SMALL_SEGMENTS });
  try {
    await house.start();
    await settleAndStop(house, prepared, () => sent, sink);
  } finally {
    await house.clear();
  }
  const verdict = judge({ sent, copies: sink.copies, found: await lookInside(prepared, sent), stops, past: copies });
  if (faultsOf(verdict).length === 0) rmSync(dataFolder, { recursive: true });
  return verdict;
}
