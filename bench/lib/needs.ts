import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Debian's package of each program that a bench may need. */
const PACKAGES = {
  postfix: 'postfix',
  'smtp-source': 'postfix',
  'smtp-sink': 'postfix',
  rspamd: 'rspamd',
  dnsmasq: 'dnsmasq-base',
  notmuch: 'notmuch',
  mu: 'maildir-utils',
  psql: 'postgresql',
  cc: 'gcc libc6-dev',
} as const;

export type Program = keyof typeof PACKAGES;

/** Whether a program is installed. */
export function has(program: Program): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin'];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Makes sure of programs: in CI they are installed from Debian, elsewhere the error says how. */
export function needs(...programs: readonly Program[]): void {
  const missing = () => programs.filter((program) => !has(program));
  if (missing().length === 0) return;
  const packages = [...new Set(missing().flatMap((program) => PACKAGES[program].split(' ')))];
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  if (process.env['CI'] && process.getuid?.() === 0)
    spawnSync('apt-get', install, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  if (missing().length > 0)
    throw new Error(`Cannot measure without ${missing().join(', ')}: as root, run "apt-get ${install.join(' ')}"`);
}
