import { execFileSync, spawn } from 'node:child_process';
import { globSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Engine, type Mail, PAGE, type Question } from './engine.ts';

/** Both index overlapping characters of Japanese only when told so. */
const ENVIRONMENT = { ...process.env, XAPIAN_CJK_NGRAM: '1' };

/** A program that indexes a maildir and is asked on the command line: each question starts it anew. */
interface Program {
  readonly name: string;
  prepare(folder: string, maildir: string): void;
  index(folder: string): readonly [string, readonly string[]];
  find(folder: string, question: Question): readonly [string, readonly string[]];
  /** Files of the index below the folder. */
  readonly indexFiles: string;
}

const notmuch: Program = {
  name: 'notmuch',
  prepare(folder, maildir) {
    writeFileSync(
      join(folder, 'config'),
      `[database]\npath=${maildir}\n[user]\nname=Bench\nprimary_email=bench@bench.test\n[new]\ntags=\n[maildir]\nsynchronize_flags=false\n`,
    );
  },
  index: (folder) => ['notmuch', [`--config=${join(folder, 'config')}`, 'new', '--quiet']],
  find: (folder, { text, from, days }) => [
    'notmuch',
    [
      ...[
        `--config=${join(folder, 'config')}`,
        'search',
        '--output=messages',
        `--limit=${PAGE}`,
        '--sort=newest-first',
      ],
      [`"${text}"`, ...(from ? [`from:${from}`] : []), ...(days ? [`date:${days[0]}..${days[1]}`] : [])].join(' and '),
    ],
  ],
  indexFiles: 'mail/.notmuch/**/*',
};

const mu: Program = {
  name: 'mu',
  prepare: (folder, maildir) =>
    void execFileSync('mu', ['init', `--muhome=${join(folder, 'mu')}`, `--maildir=${maildir}`], { stdio: 'ignore' }),
  index: (folder) => ['mu', ['index', `--muhome=${join(folder, 'mu')}`, '--quiet']],
  find: (folder, { text, from, days }) => [
    'mu',
    [
      ...['find', `--muhome=${join(folder, 'mu')}`, '-n', String(PAGE), '-s', 'date', '-z', '-f', 'i'],
      [`"${text}"`, ...(from ? [`from:${from}`] : []), ...(days ? [`date:${days[0]}..${days[1]}`] : [])].join(' '),
    ],
  ],
  indexFiles: 'mu/xapian/**/*',
};

export const openNotmuch = (root: string) => openProgram(notmuch, root);
export const openMu = (root: string) => openProgram(mu, root);

function openProgram(program: Program, root: string): Engine {
  const folder = join(root, program.name);
  const maildir = join(folder, 'mail');
  for (const sub of ['cur', 'new', 'tmp']) mkdirSync(join(maildir, sub), { recursive: true });
  program.prepare(folder, maildir);
  let rawOctets = 0;
  return {
    name: program.name,
    async ingest(mails: readonly Mail[]) {
      for (const { letter, raw } of mails) writeFileSync(join(maildir, 'cur', `${letter.number}.bench:2,S`), raw);
      rawOctets += mails.reduce((sum, { raw }) => sum + raw.length, 0);
      const started = performance.now();
      await output(program.index(folder));
      return (performance.now() - started) / 1000;
    },
    idle: async () => undefined,
    async find(question) {
      const text = await output(program.find(folder, question));
      return text.split('\n').filter((line) => line !== '').length;
    },
    sizeOctets: () =>
      rawOctets +
      globSync(program.indexFiles, { cwd: folder })
        .map((name) => statSync(join(folder, name)))
        .filter((one) => one.isFile())
        .reduce((sum, one) => sum + one.size, 0),
    stop: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What a program prints; no hits are no failure. */
function output([command, args]: readonly [string, readonly string[]]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: ENVIRONMENT });
    let text = '';
    let complaint = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0 || /no matches/i.test(complaint)) resolve(text);
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}: ${complaint}`));
    });
  });
}
