import { readFileSync } from 'node:fs';

/** A line of the house's log. */
export interface LogLine {
  readonly time: string;
  readonly level: string;
  readonly process: string;
  readonly event: string;
  readonly [field: string]: unknown;
}

/** The lines of a log from `since` on (milliseconds since 1970); what is no event, such as a stack, is left out. */
export function logLines(file: string, since = 0): LogLine[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as LogLine)
    .filter(({ time }) => Date.parse(time) >= since);
}

/** Names of the events of some level, each with how often it was told. */
export function countEvents(lines: readonly LogLine[], level: LogLine['level']): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of lines) if (line.level === level) counts[line.event] = (counts[line.event] ?? 0) + 1;
  return counts;
}
