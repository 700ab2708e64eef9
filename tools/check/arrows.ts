/**
 * Checks the arrows of the house: a room imports only from groups to its left, or (not in `flow/` and `apps/`) from
 * its own group; always through the other room's door; test files and the demo may also use `./testing`.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const GROUPS = ['base', 'wire', 'store', 'flow', 'reading', 'trust', 'surface', 'apps'];

interface Room {
  readonly folder: string;
  readonly name: string;
  readonly group: string;
}

export function roomsOf(root: string): Room[] {
  return globSync(['packages/*/*/package.json', 'apps/*/package.json'], { cwd: root }).map((file) => {
    const folder = file.slice(0, -'/package.json'.length);
    const { name } = JSON.parse(readFileSync(join(root, file), 'utf8')) as { name: string };
    return { folder, name, group: folder.startsWith('apps/') ? 'apps' : folder.split('/')[1]! };
  });
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^'";]*?from\s*'([^']+)'|import\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g;

/** All faults found, as sentences; none when the house stands right. */
export function arrowFaults(root: string): string[] {
  const rooms = roomsOf(root);
  const byName = new Map(rooms.map((room) => [room.name, room]));
  const faults: string[] = [];
  for (const room of rooms) {
    for (const path of globSync('src/**/*.ts', { cwd: join(root, room.folder) })) {
      const file = join(room.folder, path);
      const isTest = /\.test\.ts$|\/testing\.ts$|^src\/testing/.test(path) || room.folder === 'apps/demo';
      for (const match of readFileSync(join(root, file), 'utf8').matchAll(IMPORT)) {
        const target = (match[1] ?? match[2] ?? match[3])!;
        const fault = arrowFault(room, target, byName, isTest);
        if (fault) faults.push(`${file}: ${fault}`);
        if (target.startsWith('.') && !existsSync(join(root, file, '..', target)))
          faults.push(`${file}: no such file "${target}"`);
      }
    }
    if (!existsSync(join(root, room.folder, 'src'))) faults.push(`${room.folder}: a room without content`);
  }
  return faults;
}

function arrowFault(room: Room, target: string, byName: Map<string, Room>, isTest: boolean): string | null {
  if (target.startsWith('.')) return null;
  const [scope, name, ...rest] = target.split('/');
  if (scope !== '@sekisho') return null;
  const other = byName.get(`${scope}/${name}`);
  if (!other) return `imports "${target}": no such room`;
  const door = rest.join('/');
  if (door !== '' && !(door === 'testing' && isTest)) return `imports "${target}": a room is entered by its door only`;
  const distance = GROUPS.indexOf(room.group) - GROUPS.indexOf(other.group);
  if (distance < 0) return `imports "${target}": ${other.group} stands to the right of ${room.group}`;
  if (distance === 0 && room.group === 'flow' && room.name !== other.name)
    return `imports "${target}": stages never import one another`;
  if (distance === 0 && room.group === 'apps' && other.name !== '@sekisho/server')
    return `imports "${target}": apps share nothing but the server`;
  return null;
}
