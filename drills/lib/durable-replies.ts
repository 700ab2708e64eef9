import { basename } from 'node:path';
import { type SpoolId, readSpoolId } from '@sekisho/terms';
import { descriptorOf, pathOfDescriptor, readTrace, stringsOf } from './syscall-trace.ts';

interface Written {
  readonly from: number;
  readonly to: number;
  readonly ended: number;
}

/** What a trace shows of one segment. */
interface SegmentHistory {
  readonly writes: Written[];
  readonly syncs: { readonly began: number; readonly ended: number; readonly isGood: boolean }[];
}

/**
 * Messages of a front's trace whose 250 went out although no sync that succeeded covers their record: begun after the
 * record was written, ended before the reply began, and on a segment that had not failed before.
 */
export async function promisedWithoutSync(trace: string, spoolFolder: string, smtpPort: number): Promise<number> {
  const segments = new Map<string, SegmentHistory>();
  const historyOf = (name: string): SegmentHistory => {
    const known = segments.get(name);
    if (known) return known;
    const made: SegmentHistory = { writes: [], syncs: [] };
    segments.set(name, made);
    return made;
  };
  let promised = 0;
  for await (const { name, args, result, began, ended } of readTrace(trace)) {
    const path = pathOfDescriptor(args);
    if (path?.startsWith(`${spoolFolder}/`) && path.endsWith('.segment')) {
      const history = historyOf(basename(path).slice(0, 10));
      if (name.startsWith('pwrite')) {
        const from = Number(/, (\d+)$/.exec(args)?.[1]);
        if (result >= 0) history.writes.push({ from, to: from + result, ended });
      }
      if (name === 'fdatasync') history.syncs.push({ began, ended, isGood: result === 0 });
    } else if (descriptorOf(args)?.startsWith(`TCP:[127.0.0.1:${smtpPort}->`)) {
      for (const [, id] of Buffer.concat(stringsOf(args))
        .toString('latin1')
        .matchAll(/250 2\.0\.0 Accepted as (\w+)/g))
        if (!isDurable(id as SpoolId, began, segments)) promised += 1;
    }
  }
  return promised;
}

function isDurable(id: SpoolId, repliedAt: number, segments: ReadonlyMap<string, SegmentHistory>): boolean {
  const history = segments.get(id.slice(0, 10));
  const { offset } = readSpoolId(id);
  const written = history?.writes.find(({ from, to }) => from <= offset && offset < to);
  if (!written) return true;
  const failedAt = history!.syncs.find(({ isGood }) => !isGood)?.ended ?? Number.POSITIVE_INFINITY;
  return history!.syncs.some(
    ({ began, ended, isGood }) => isGood && began > written.ended && ended < repliedAt && began < failedAt,
  );
}
