import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, cpSync, globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

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
  /** Keep every message in the hold queue (accept bench), or hand it on to this next hop. */
  readonly relayTo?: number;
  /** Port of a milter to ask. */
  readonly milterPort?: number;
  readonly domain: string;
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
    'maillog_file = /dev/null',
    ...(options.relayTo === undefined
      ? [`mydestination = ${options.domain}`, 'smtpd_client_restrictions = static:HOLD']
      : [
          'mydestination =',
          `relay_domains = ${options.domain}`,
          'relay_recipient_maps =',
          `transport_maps = inline:{ ${options.domain}=smtp:[127.0.0.1]:${options.relayTo} }`,
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
  ];
  writeFileSync(join(etc, 'main.cf'), `${settings.filter((line) => line !== 'maillog_file = /dev/null').join('\n')}\n`);
  const run = (command: string) =>
    spawnSync('postfix', ['-c', etc, command], { stdio: 'ignore', env: { ...process.env, MAIL_LOGTAG: 'peer' } });
  if (run('start').status !== 0) throw new Error('Cannot start Postfix as a peer: is it installed, and are we root?');
  const hold = join(spool, 'hold');
  const pid = () => readFileSync(join(spool, 'pid', 'master.pid'), 'utf8').trim();
  return {
    port,
    held: () => readdirSync(hold).length,
    empty: () => {
      for (const file of readdirSync(hold)) rmSync(join(hold, file), { force: true });
    },
    stop: () => void run('stop'),
    cpuSeconds: () => cpuOfTree(Number(pid())),
  };
}

const TICKS_PER_SECOND = 100;

/** CPU seconds of a process and its descendants, the dead ones that were waited for included. */
export function cpuOfTree(root: number): number {
  const parents = new Map<number, number>();
  const ticks = new Map<number, number>();
  for (const file of globSync('/proc/[0-9]*/stat')) {
    try {
      const stat = readFileSync(file, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const id = Number(stat.slice(0, stat.indexOf(' ')));
      parents.set(id, Number(fields[1]));
      ticks.set(id, Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14]));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' && (error as NodeJS.ErrnoException).code !== 'ESRCH')
        throw error;
    }
  }
  const isBelow = (id: number): boolean => id === root || (parents.has(id) && isBelow(parents.get(id)!));
  let sum = 0;
  for (const [id, used] of ticks) if (isBelow(id)) sum += used;
  return sum / TICKS_PER_SECOND;
}
