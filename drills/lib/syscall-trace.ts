/** Reads what `strace -f -yy -xx -ttt` wrote: the file operations of a process tree, in the order of their beginnings. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** One system call. `began` and `ended` are positions in the trace: what ended before another began is ordered. */
export interface Syscall {
  readonly name: string;
  readonly args: string;
  readonly result: number;
  readonly began: number;
  readonly ended: number;
  /** When it ended, in milliseconds since 1970. */
  readonly at: number;
}

/** Calls that the power-cut drill looks at. */
export const TRACED_CALLS = [
  ...['open', 'openat', 'creat', 'write', 'pwrite64', 'writev', 'pwritev', 'pwritev2', 'ftruncate', 'truncate'],
  ...['fallocate', 'fsync', 'fdatasync', 'sync', 'syncfs', 'rename', 'renameat', 'renameat2', 'unlink', 'unlinkat'],
  ...[
    'link',
    'linkat',
    'symlink',
    'symlinkat',
    'mkdir',
    'mkdirat',
    'rmdir',
    'sendto',
    'sendmsg',
    'sendfile',
    'copy_file_range',
  ],
];

/** Arguments of strace for a trace that {@link readTrace} can read, with these calls besides. */
export const straceArguments = (file: string, besides: readonly string[] = []): string[] => [
  ...['-f', '-yy', '-xx', '-ttt', '-qq', '-s', '70000000', '-e', 'signal=none'],
  ...['-e', `trace=${[...TRACED_CALLS, ...besides].join(',')}`, '-o', file],
];

/** All finished calls of a trace, by the position of their end. */
export async function* readTrace(file: string): AsyncIterable<Syscall> {
  const open = new Map<string, { text: string; began: number }>();
  let position = 0;
  for await (const line of createInterface({ input: createReadStream(file, 'latin1'), crlfDelay: Infinity })) {
    position += 1;
    const head = /^(\d+) +(\d+\.\d+) /.exec(line);
    if (!head) continue;
    const [{ length }, thread, seconds] = head as unknown as [string, string, string];
    let text = line.slice(length);
    let began = position;
    if (text.endsWith('<unfinished ...>')) {
      open.set(thread, { text: text.slice(0, -'<unfinished ...>'.length).trimEnd(), began });
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>/.exec(text);
    if (resumed) {
      const start = open.get(thread);
      open.delete(thread);
      if (!start) continue;
      text = `${start.text}${text.slice(resumed[0].length)}`;
      began = start.began;
    }
    const call = parseCall(text, began, position, Number(seconds) * 1000);
    if (call) yield call;
  }
}

function parseCall(text: string, began: number, ended: number, at: number): Syscall | null {
  const open = text.indexOf('(');
  const equals = text.lastIndexOf(' = ');
  const close = text.lastIndexOf(')', equals);
  if (open <= 0 || close < open) return null;
  const result = Number.parseInt(text.slice(equals + 3), 10);
  if (Number.isNaN(result)) return null;
  return { name: text.slice(0, open), args: text.slice(open + 1, close), result, began, ended, at };
}

/** The octets of a hexadecimal string argument (`"\x41\x42"`). */
export function octetsOf(text: string): Buffer {
  return Buffer.from(text.replaceAll('\\x', ''), 'hex');
}

/** What a descriptor stands for (`21</data/file>`, `7<TCP:[127.0.0.1:25->…]>`); `null` when it has no name any more. */
export function descriptorOf(args: string): string | null {
  const found = /^-?\d+<((?:->|[^<>])*)>(\(deleted\))?/.exec(args);
  if (!found || found[2]) return null;
  return found[1]!.startsWith('\\x') ? octetsOf(found[1]!).toString() : found[1]!;
}

/** The path behind a descriptor, or `null` for sockets, pipes and files that have no name any more. */
export function pathOfDescriptor(args: string): string | null {
  const name = descriptorOf(args);
  return name?.startsWith('/') ? name : null;
}

/** All quoted strings of an argument list, as octets. */
export function stringsOf(args: string): Buffer[] {
  return [...args.matchAll(/"([\\x0-9a-f]*)"/g)].map((match) => octetsOf(match[1]!));
}
