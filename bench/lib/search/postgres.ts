import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdirSync } from 'node:fs';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { sleep } from '../bench.ts';
import { endWithUs } from '../processes.ts';
import { freePorts } from '../scratch.ts';
import { type Engine, type Mail, PAGE, type Question } from './engine.ts';

const BATCH = 500;
const END = '--end-of-answer--';
const TRIES = 100;

/** PostgreSQL with trigram indexes, as it comes from Debian, over a kept `psql`. */
export async function openPostgres(root: string): Promise<Engine> {
  const bin = globSync('/usr/lib/postgresql/*/bin').sort().at(-1)!;
  const folder = join(root, 'postgres');
  const data = join(folder, 'data');
  mkdirSync(folder, { recursive: true });
  chownSync(folder, Number(execFileSync('id', ['-u', 'postgres']).toString()), 0);
  const asPostgres = ['-u', 'postgres', '--'];
  const locale = ['--locale=C.UTF-8', '--encoding=UTF8', '--auth=trust', '-N'];
  execFileSync('runuser', [...asPostgres, join(bin, 'initdb'), '-D', data, ...locale], {
    stdio: 'ignore',
    cwd: folder,
  });
  const [port] = (await freePorts(1)) as [number];
  const where = ['-p', String(port), '-k', folder, '-c', 'listen_addresses='];
  const server = spawn('runuser', [...asPostgres, join(bin, 'postgres'), '-D', data, ...where], {
    stdio: 'ignore',
    cwd: folder,
  });
  endWithUs(server);
  const psql = await connectPsql(folder, port);
  await psql.ask(
    'CREATE EXTENSION pg_trgm; CREATE TABLE mail (id bigint PRIMARY KEY, at timestamptz, sender text, recipient text, subject text, body text);',
  );
  await psql.ask(
    'CREATE INDEX ON mail USING gin (body gin_trgm_ops); CREATE INDEX ON mail USING gin (subject gin_trgm_ops);',
  );
  return {
    name: 'pg_trgm',
    async ingest(mails) {
      const copies = batchesOf(mails).map((batch) => `COPY mail FROM STDIN;\n${batch.map(rowOf).join('')}\\.\n`);
      const started = performance.now();
      for (const copy of copies) await psql.ask(copy);
      return (performance.now() - started) / 1000;
    },
    idle: async () => void (await psql.ask('VACUUM ANALYZE mail;')),
    find: async (question) => (await psql.ask(selectOf(question))).length,
    sizeOctets: async () => Number((await psql.ask("SELECT pg_total_relation_size('mail');"))[0]),
    async stop() {
      psql.close();
      const gone = new Promise((resolve) => server.once('exit', resolve));
      execFileSync('runuser', [...asPostgres, join(bin, 'pg_ctl'), '-D', data, '-m', 'fast', 'stop'], {
        stdio: 'ignore',
      });
      await gone;
    },
  };
}

async function connectPsql(folder: string, port: number) {
  for (let tries = 0; ; tries++) {
    const child = spawn('psql', ['-XqAt', '-h', folder, '-p', String(port), '-U', 'postgres', 'postgres'], {
      stdio: ['pipe', 'pipe', tries === TRIES ? 'inherit' : 'ignore'],
    });
    const psql = askerOf(child);
    child.stdin.on('error', () => undefined);
    const lived = await Promise.race([
      psql.ask('SELECT 1;').then(() => true),
      new Promise<false>((resolve) => child.once('exit', () => resolve(false))),
    ]);
    if (lived) return psql;
    if (tries === TRIES) throw new Error('PostgreSQL does not start');
    await sleep(200);
  }
}

function askerOf(child: ChildProcess) {
  let text = '';
  let answered: (lines: string[]) => void = () => undefined;
  child.stdout!.setEncoding('utf8');
  child.stdout!.on('data', (chunk: string) => {
    text += chunk;
    if (!text.endsWith(`${END}\n`)) return;
    const lines = text.split('\n').slice(0, -2);
    text = '';
    answered(lines);
  });
  return {
    ask: (sql: string) =>
      new Promise<string[]>((resolve) => {
        answered = resolve;
        child.stdin!.write(`${sql}\n\\echo ${END}\n`);
      }),
    close: () => void child.stdin!.end('\\q\n'),
  };
}

function batchesOf(mails: readonly Mail[]): Mail[][] {
  const batches: Mail[][] = [];
  for (let at = 0; at < mails.length; at += BATCH) batches.push(mails.slice(at, at + BATCH));
  return batches;
}

const escaped = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t');

const rowOf = ({ letter }: Mail) =>
  [letter.number + 1, new Date(letter.sentAt).toISOString(), letter.from, letter.to, letter.subject, letter.body]
    .map((value) => escaped(String(value)))
    .join('\t')
    .concat('\n');

function selectOf({ text, from, days }: Question): string {
  const like = `LIKE '%${text.replaceAll("'", "''")}%'`;
  const filters = [
    ...(from ? [`sender = '${from}'`] : []),
    ...(days ? [`at >= '${days[0]} 00:00+09'`, `at < date '${days[1]}' + interval '1 day' - interval '9 hours'`] : []),
  ];
  return `SELECT id FROM mail WHERE ${[`(body ${like} OR subject ${like})`, ...filters].join(' AND ')} ORDER BY id DESC LIMIT ${PAGE};`;
}
