import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cpuOfTree } from './processes.ts';

/** A Postfix of its own folder on loopback, as a peer to measure against. */
export interface Postfix {
  readonly port: number;
  /** Messages whose queue file is on disk. */
  held(): number;
  /** Deletes what is held. */
  empty(): void;
  stop(): void;
  /** CPU seconds of all its processes so far. */
  cpuSeconds(): number;
}

export interface PostfixOptions {
  readonly folder: string;
  readonly port: number;
  /** Domains to take mail for, each with the port of its next hop; `hold` keeps every message in the hold queue. */
  readonly domains: Readonly<Record<string, number>> | 'hold';
  /** Port of a milter to ask. */
  readonly milterPort?: number;
  /** A library that all its processes load first: see `slow-sync.ts`. */
  readonly preload?: string | null;
  /** Further lines of main.cf(5); they go before those above. */
  readonly settings?: readonly string[];
}

/** Starts Postfix: queue files synced before the 250, nothing delivered unless a next hop is named. Needs root. */
export function startPostfix(options: PostfixOptions): Postfix {
  const { folder, port } = options;
  const etc = join(folder, 'etc');
  const spool = join(folder, 'spool');
  rmSync(folder, { recursive: true, force: true });
  for (const sub of ['etc', 'spool', 'data']) mkdirSync(join(folder, sub), { recursive: true });
  chownSync(join(folder, 'data'), Number(execFileSync('id', ['-u', 'postfix']).toString()), 0);
  cpSync('/usr/share/postfix/master.cf.dist', join(etc, 'master.cf'));
  const master = readFileSync(join(etc, 'master.cf'), 'utf8')
    .split('\n')
    .filter((line) => !/^(smtp +inet|pickup|maildrop|uucp|ifmail|bsmtp|scalemail|mailman| {2}(flags|user))/.test(line))
    .map((line) => line.replace(/^(\S+ +\S+ +\S+ +\S+ +)y/, '$1n'))
    .join('\n');
  writeFileSync(join(etc, 'master.cf'), `127.0.0.1:${port} inet n - n - 100 smtpd\n${master}`);
  const settings = [
    'compatibility_level = 3.6',
    `queue_directory = ${spool}`,
    `data_directory = ${join(folder, 'data')}`,
    'myhostname = peer.test',
    'mynetworks = 127.0.0.0/8',
    'inet_interfaces = loopback-only',
    'inet_protocols = ipv4',
    'local_recipient_maps =',
    'alias_maps =',
    'smtpd_peername_lookup = no',
    'smtp_dns_support_level = disabled',
    'message_size_limit = 52428800',
    'default_process_limit = 100',
    ...(options.preload ? ['import_environment = MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG TZ LANG=C LD_PRELOAD'] : []),
    ...(options.domains === 'hold'
      ? ['mydestination = bench.test', 'smtpd_client_restrictions = static:HOLD']
      : [
          'mydestination =',
          `relay_domains = ${Object.keys(options.domains).join(' ')}`,
          'relay_recipient_maps =',
          `transport_maps = inline:{ ${transports(options.domains)} }`,
          'smtp_destination_concurrency_limit = 20',
          'initial_destination_concurrency = 20',
        ]),
    ...(options.milterPort === undefined
      ? []
      : [
          `smtpd_milters = inet:127.0.0.1:${options.milterPort}`,
          'milter_default_action = tempfail',
          'milter_protocol = 6',
        ]),
    'smtpd_recipient_restrictions = permit_mynetworks,reject',
    ...(options.settings ?? []),
  ];
  writeFileSync(join(etc, 'main.cf'), `${settings.join('\n')}\n`);
  const run = (command: string) =>
    spawnSync('postfix', ['-c', etc, command], {
      stdio: 'ignore',
      env: { ...process.env, MAIL_LOGTAG: 'peer', ...(options.preload ? { LD_PRELOAD: options.preload } : {}) },
    });
  if (run('start').status !== 0) throw new Error('Cannot start Postfix as a peer: is it installed, and are we root?');
  const stop = () => void run('stop');
  process.once('exit', stop);
  const hold = join(spool, 'hold');
  const pid = () => readFileSync(join(spool, 'pid', 'master.pid'), 'utf8').trim();
  return {
    port,
    held: () => readdirSync(hold).length,
    empty: () => {
      for (const file of readdirSync(hold)) rmSync(join(hold, file), { force: true });
    },
    stop: () => {
      process.removeListener('exit', stop);
      stop();
    },
    cpuSeconds: () => cpuOfTree(Number(pid())),
  };
}

const transports = (domains: Readonly<Record<string, number>>) =>
  Object.entries(domains)
    .map(([domain, port]) => `${domain}=smtp:[127.0.0.1]:${port}`)
    .join(', ');
