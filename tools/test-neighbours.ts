/**
 * `npm run test:neighbours`: the tests that need other people's programs. Installs Debian's packages that are missing when
 * it may; says what is missing and what cannot run for it, and fails then. `-- PATTERN` narrows it to paths with the text.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

interface Neighbour {
  readonly program: string;
  readonly packages: readonly string[];
  /** What it answers with 0 when it has all it needs; to be found is enough when this is not named. */
  readonly probe?: readonly string[];
  readonly needed: string;
  /** Its tests stand aside when it cannot be had. */
  readonly isOptional?: true;
}

const NEIGHBOURS: readonly Neighbour[] = [
  { program: 'postfix', packages: ['postfix'], needed: 'mail from and to Postfix, smuggling judged from outside' },
  { program: 'smtp-sink', packages: ['postfix'], needed: 'load from Postfix’s own generator' },
  { program: 'clamd', packages: ['clamav-daemon'], needed: 'viruses found by a real scanner' },
  { program: 'strace', packages: ['strace'], needed: 'drills that cut the power and fail the disk' },
  {
    program: 'swaks',
    packages: ['swaks', 'libnet-ssleay-perl'],
    probe: ['perl', '-MNet::SSLeay', '-e', '1'],
    needed: 'conversations as swaks has them',
    isOptional: true,
  },
];

process.chdir(join(dirname(import.meta.filename), '..'));
const isRoot = process.getuid?.() === 0;
const wanted = process.argv[2] ?? '';
if (!isRoot) fail('Cannot run the tests with neighbours: Postfix starts as root only, and this is another user');
install(missing());
const left = missing();
for (const { program, needed, isOptional } of left)
  console.error(`${program} is missing${isOptional ? ' (optional)' : ''}, so this is not tested: ${needed}`);
if (left.some(({ isOptional }) => !isOptional)) fail('Cannot run the tests with neighbours: see above');

const files = globSync([
  'packages/*/*/src/**/*.neighbours.test.ts',
  'apps/*/src/**/*.neighbours.test.ts',
  'neighbours/**/*.neighbours.test.ts',
])
  .filter((file) => file.includes(wanted))
  .sort();
if (files.length === 0) fail(`No test with neighbours has "${wanted}" in its path`);
const { status } = spawnSync(process.execPath, ['--test', '--test-concurrency=2', '--test-timeout=180000', ...files], {
  stdio: 'inherit',
});
process.exit(status ?? 1);

function missing(): Neighbour[] {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  const isFound = ({ program }: Neighbour) => folders.some((folder) => existsSync(join(folder, program)));
  const isWhole = ({ probe: [command, ...args] = [] }: Neighbour) =>
    command === undefined || spawnSync(command, args).status === 0;
  return NEIGHBOURS.filter((one) => !isFound(one) || !isWhole(one));
}

/** Installs what is missing as Debian does; optional packages by themselves, so that they hold nobody up. */
function install(wanting: readonly Neighbour[]): void {
  if (wanting.length === 0) return;
  const groups = [wanting.filter(({ isOptional }) => !isOptional), wanting.filter(({ isOptional }) => isOptional)];
  if (!apt('update', '-q')) return;
  for (const group of groups) {
    const names = [...new Set(group.flatMap(({ packages }) => packages))];
    if (names.length > 0) apt('install', '-qy', '--no-install-recommends', ...names);
  }
}

function apt(...args: readonly string[]): boolean {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, error } = spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env: environment });
  if (status !== 0) console.error(`apt-get ${args[0]} failed${error ? `: ${error.message}` : ''}`);
  return status === 0;
}

function fail(why: string): never {
  console.error(why);
  process.exit(1);
}
