import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Chance } from './lib/chance.ts';
import { DiskModel } from './lib/disk-model.ts';
import { atLeast, type Drill, faultsOf, inFolder, told, verdictFigures } from './lib/drill.ts';
import { House, type Part } from './lib/house.ts';
import { judge, lookInside, type Verdict } from './lib/oracle.ts';
import { record, type Recording, SMALL_SEGMENTS } from './lib/recording.ts';
import { settleAndStop } from './lib/settle.ts';
import { Sink } from './lib/sink.ts';

/** Cuts of one recording. */
const CUTS_PER_RECORDING = 10;
/** Cuts with every sync ignored, of which at least one must lose mail, or the drill proves nothing. */
const CONTROLS = 2;
const MESSAGES = 240;
const TENANTS = 2;
/** What is killed in the middle of one recording after the other. */
const KILLED: readonly (Part | null)[] = ['core', null, 'front'];

/** Cuts the power at random moments of recorded runs, and starts on what the disk had by then. */
export const powerCut: Drill = {
  name: 'power-cut',
  rounds: { usual: 200, ci: 20 },
  async run({ rounds, seed }) {
    const chance = new Chance(seed);
    const verdicts: Verdict[] = [];
    const sink = await Sink.open();
    const happened: Record<string, number> = {};
    let [controlLosses, calls, recordings] = [0, 0, 0];
    try {
      for (let left = rounds; left > 0; left -= CUTS_PER_RECORDING) {
        await inFolder('power-cut', async (folder) => {
          const kill = KILLED[recordings % KILLED.length]!;
          const recording = await record(folder, { messages: MESSAGES, tenants: TENANTS, kill, sink }, chance);
          console.error(`recorded ${recording.replies.size} replies: ${JSON.stringify(recording.happened)}`);
          for (const [what, count] of Object.entries(recording.happened))
            happened[what] = (happened[what] ?? 0) + count;
          calls += recording.calls.length;
          const ofThis = await cutAll(recording, Math.min(left, CUTS_PER_RECORDING), chance, sink);
          verdicts.push(...ofThis);
          if (recordings === 0) controlLosses = await control(recording, chance, sink);
          return ofThis.flatMap(faultsOf);
        });
        recordings += 1;
      }
    } finally {
      sink.close();
    }
    return [
      ...verdictFigures('power-cut', verdicts),
      atLeast('power-cut.control-losses', controlLosses, 'messages', 1),
      told('power-cut.recordings', recordings, 'runs'),
      told('power-cut.calls', calls, 'system calls'),
      ...Object.entries(happened).map(([what, count]) =>
        told(`power-cut.${what.replaceAll(' ', '-')}`, count, 'times'),
      ),
    ];
  },
};

/** Cuts one recording at random positions, in order. */
async function cutAll(recording: Recording, cuts: number, chance: Chance, sink: Sink): Promise<Verdict[]> {
  const model = new DiskModel(recording.prepared.dataFolder, { beginning: recording.before });
  const verdicts: Verdict[] = [];
  const positions = cutPositions(recording, cuts, chance);
  for (const [at, call] of recording.calls.entries()) {
    model.apply(call);
    if (at !== positions[verdicts.length]) continue;
    const verdict = await startAfterCut(recording, model, at, chance, sink);
    console.error(`cut ${verdicts.length + 1} of ${cuts} at call ${at}: ${verdict.accepted} had got 250`);
    verdicts.push(verdict);
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
  const replied = calls.flatMap(({ name, began }, at) =>
    isReply(name) && [...replies.values()].includes(began) ? [at] : [],
  );
  const named = calls.flatMap(({ name }, at) => (/^(rename|unlink|link)/.test(name) ? [at] : []));
  const chosen = new Set<number>();
  while (chosen.size < count) {
    const kind = chance.next();
    const near = kind < 0.4 ? replied : kind < 0.6 ? named : null;
    const at = near ? chance.pick(near) + chance.between(0, 3) : chance.between(replied[0]!, calls.length - 1);
    if (at < calls.length) chosen.add(at);
  }
  return [...chosen].sort((a, b) => a - b);
}

const isReply = (name: string) => name === 'write' || name === 'writev' || name.startsWith('send');

/** Starts a house on what the disk had after the cut, lets it recover and deliver, and compares. */
async function startAfterCut(
  recording: Recording,
  model: DiskModel,
  at: number,
  chance: Chance,
  sink: Sink,
): Promise<Verdict> {
  const { prepared, calls, replies, sent } = recording;
  const { ended: position, at: time } = calls[at]!;
  const dataFolder = join(prepared.folder, `cut-${at}`);
  model.cut(dataFolder, chance.next);
  sink.forget();
  const known = sent.map((one) => {
    const hadReply = one.spoolId !== null && (replies.get(one.spoolId) ?? Number.POSITIVE_INFINITY) < position;
    return { ...one, outcome: hadReply ? ('accepted' as const) : ('unknown' as const) };
  });
  const before = recording.copies.filter(({ repliedAt }) => repliedAt !== null && repliedAt <= time);
  for (const copy of before) sink.remember(copy);
  const cut = { ...prepared, dataFolder };
  const house = await House.open({ folder: prepared.folder, dataFolder, limits: SMALL_SEGMENTS });
  try {
    await house.start();
    await settleAndStop(house, cut, () => known, sink);
  } finally {
    await house.clear();
  }
  const stops = [...recording.stops, { from: time, to: time }];
  const verdict = judge({ sent: known, copies: sink.copies, found: await lookInside(cut), stops });
  if (faultsOf(verdict).length === 0) rmSync(dataFolder, { recursive: true });
  return verdict;
}
