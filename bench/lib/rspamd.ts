import { execFileSync, spawn } from 'node:child_process';
import { chownSync, cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { sleep } from './bench.ts';
import { cpuOfTree, endWithUs } from './processes.ts';

/** Rspamd as a milter on loopback: Debian's rules, and nobody to ask but our DNS. */
export interface Rspamd {
  readonly milterPort: number;
  cpuSeconds(): number;
  stop(): Promise<void>;
}

export interface RspamdOptions {
  readonly folder: string;
  readonly milterPort: number;
  readonly dnsPort: number;
  /** Processes that scan, inside the milter worker. */
  readonly workers: number;
}

/** What asks other hosts, or Redis; without an answer it would only wait. */
const SWITCHED_OFF = [
  ...['rbl', 'surbl', 'fuzzy_check', 'phishing', 'asn', 'mx_check', 'url_redirector', 'whitelist'],
  ...['history_redis', 'bayes_expiry', 'classifier-bayes', 'ratelimit', 'greylist', 'replies', 'neural', 'reputation'],
];
/** What looks at SPF, DKIM and DMARC, also for mail from this host. */
const CHECKED_LOCALLY = ['spf', 'dkim', 'dmarc', 'arc'];
const START_TRIES = 300;

export async function startRspamd({ folder, milterPort, dnsPort, workers }: RspamdOptions): Promise<Rspamd> {
  const conf = join(folder, 'conf');
  cpSync('/etc/rspamd', conf, { recursive: true });
  const local = join(conf, 'local.d');
  mkdirSync(local, { recursive: true });
  for (const module of SWITCHED_OFF) writeFileSync(join(local, `${module}.conf`), 'enabled = false;\n');
  for (const module of CHECKED_LOCALLY) writeFileSync(join(local, `${module}.conf`), 'check_local = true;\n');
  const files = {
    'options.inc':
      `dns { nameserver = ["127.0.0.1:${dnsPort}"]; timeout = 1s; retransmits = 1; }\n` +
      'filters = "chartable,dkim,regexp";\nlocal_addrs = [];\ncontrol_socket = "$DBDIR/control.sock mode=0600";\n',
    'milter_headers.conf': 'use = ["authentication-results"];\nskip_local = false;\nskip_authenticated = false;\n',
    'actions.conf': 'reject = 1000;\nadd_header = 900;\ngreylist = 800;\n',
    'logging.inc': `type = "file";\nfilename = "${join(folder, 'log')}";\nlevel = "warning";\n`,
    'worker-proxy.inc':
      `bind_socket = "127.0.0.1:${milterPort}";\nmilter = yes;\ntimeout = 20s;\ncount = ${workers};\n` +
      'upstream "local" { default = yes; self_scan = yes; }\n',
    'worker-normal.inc': 'enabled = false;\n',
    'worker-controller.inc': 'enabled = false;\n',
    'worker-fuzzy.inc': 'enabled = false;\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(local, name), text);
  const uid = Number(execFileSync('id', ['-u', '_rspamd']).toString());
  chownSync(folder, uid, 0);
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    chownSync(join(folder, entry), uid, 0);
  const variables = {
    CONFDIR: conf,
    LOCAL_CONFDIR: conf,
    ...Object.fromEntries(['DBDIR', 'RUNDIR', 'LOGDIR', 'TMPDIR'].map((name) => [name, folder])),
  };
  const child = spawn(
    'rspamd',
    [
      ...['-f', '-u', '_rspamd', '-g', '_rspamd', '-c', join(conf, 'rspamd.conf')],
      ...Object.entries(variables).map(([name, value]) => `--var=${name}=${value}`),
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  endWithUs(child);
  for (let tries = 0; !(await listens(milterPort)); tries++) {
    if (child.exitCode !== null || tries === START_TRIES) {
      child.kill();
      throw new Error(`Rspamd does not listen: ended with ${child.exitCode}`);
    }
    await sleep(200);
  }
  return {
    milterPort,
    cpuSeconds: () => cpuOfTree(child.pid!),
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await gone;
    },
  };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
