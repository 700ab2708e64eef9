/** `npm run demo`: the whole house on loopback, with two tenants, a few hundred messages, and what came of them. */
import type { Sentence } from '@sekisho/terms';
import { figuresOf } from './account/figures.ts';
import { reconcile } from './account/reconcile.ts';
import { settle } from './account/settle.ts';
import { openDemo } from './house/open-demo.ts';
import { MINATO, TENANTS } from './house/world.ts';
import { askArchived, askKept } from './house/ask-house.ts';
import { type Language, languageOf } from './language.ts';
import { type DemoOptions, parseOptions } from './options.ts';
import { allPlays } from './plays/all-plays.ts';
import { playAll } from './plays/play-all.ts';
import { openProgress, type Stage } from './tell/progress.ts';
import { HELP, SAYINGS } from './tell/sayings.ts';
import { tellSummary } from './tell/summary.ts';
import { tellWhereToLook } from './tell/where-to-look.ts';

const terminal: Stage = {
  isTerminal: process.stdout.isTTY === true,
  write: (text) => void process.stdout.write(text),
};

/** Runs the demo; resolves with the code to end with: 1 when something does not add up, 2 for wrong usage. */
export async function main(argv: readonly string[], stage: Stage = terminal): Promise<number> {
  let language: Language = languageOf(process.env);
  try {
    const options = parseOptions(argv, process.env);
    language = options.language;
    if (options.help) {
      stage.write(HELP[language]);
      return 0;
    }
    return await run(options, stage);
  } catch (error) {
    stage.write(`${(error as Error).message}\n`);
    return (error as { readonly id?: string }).id === 'demo.usage' ? 2 : 1;
  }
}

async function run({ data, keep, once, withoutAntivirus, language }: DemoOptions, stage: Stage): Promise<number> {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt);
  const say = (sentence: Sentence) => stage.write(`${sentence[language]}\n`);

  await using demo = await openDemo({ data, keep, withoutAntivirus, env: process.env, say });
  say(SAYINGS.serving(demo.portOf('smtp'), demo.portOf('submission')));
  const plays = await allPlays({ keys: demo.keys, antivirus: demo.hasAntivirus, now: Date.now() });

  const startedAt = performance.now();
  const playing = openProgress(stage, SAYINGS.playing[language]);
  const outcomes = await playAll(plays, demo.portOf, playing.show, interrupted.signal);
  playing.end();
  const playedAt = performance.now();
  const settling = openProgress(stage, SAYINGS.settling[language]);
  const account = await settle({
    outcomes,
    sunk: demo.sunk,
    kept: async () => (await Promise.all(TENANTS.map(({ name }) => askKept(demo.place, name)))).flat(),
    progress: settling.show,
    signal: interrupted.signal,
  });
  settling.end();
  if (interrupted.signal.aborted) return endEarly(say);

  const figures = await figuresOf(account, demo.sinks.internet.messages, demo.zones, (path) =>
    path.endsWith(`@${MINATO.domain}`),
  );
  const archives = await Promise.all(TENANTS.map(({ name }) => askArchived(demo.place, name)));
  const faults = reconcile(account, archives);
  const times = { playMs: playedAt - startedAt, settleMs: performance.now() - playedAt };
  tellSummary({ figures, archives, faults, times, demo, language, write: stage.write });
  if (once) return faults.length === 0 ? 0 : 1;
  tellWhereToLook({ demo, account, language, write: stage.write });
  await Promise.race([
    demo.ended,
    new Promise<void>((resolve) => interrupted.signal.addEventListener('abort', () => resolve(), { once: true })),
  ]);
  say(SAYINGS.stopping);
  return faults.length === 0 ? 0 : 1;
}

function endEarly(say: (sentence: Sentence) => void): number {
  say(SAYINGS.stopping);
  return 1;
}
