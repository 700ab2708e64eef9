import pino from 'pino';

export type LogFields = Readonly<Record<string, unknown>>;

/** Events for the operator. Ids and numbers only: subjects, bodies and credentials stay out. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

export interface LogOptions {
  readonly process: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly pretty: boolean;
  /** Lines of one event in one second; what is above is counted and told once a second. */
  readonly linesPerSecond: number;
}

/** Opens the log of one process: JSON lines on standard output, or lines for people. */
export function openLog(
  options: LogOptions,
  write: (line: string) => void = (line) => void process.stdout.write(line),
): Log {
  const sink = options.pretty ? (line: string) => write(prettyLine(line)) : write;
  const logger = pino(
    {
      level: options.level,
      base: { process: options.process, pid: process.pid },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      messageKey: 'event',
      errorKey: 'error',
    },
    { write: sink },
  );
  let second = 0;
  const seen = new Map<string, number>();
  const tell = (level: keyof Log, event: string, fields: LogFields = {}) => {
    if (!logger.isLevelEnabled(level)) return;
    const now = Math.floor(Date.now() / 1000);
    if (now !== second) {
      second = now;
      for (const [name, count] of seen) {
        if (count > options.linesPerSecond) {
          logger.warn({ of: name, count: count - options.linesPerSecond }, 'log.lines-left-out');
        }
      }
      seen.clear();
    }
    const count = (seen.get(event) ?? 0) + 1;
    seen.set(event, count);
    if (count <= options.linesPerSecond) logger[level](fields, event);
  };
  return {
    debug: (event, fields) => tell('debug', event, fields),
    info: (event, fields) => tell('info', event, fields),
    warn: (event, fields) => tell('warn', event, fields),
    error: (event, fields) => tell('error', event, fields),
  };
}

function prettyLine(line: string): string {
  const { level, time, pid: _pid, process: name, event, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const rest = Object.entries(fields).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return `${String(time).slice(11, 23)} ${String(level).padEnd(5)} ${String(name).padEnd(7)} ${String(event)} ${rest.join(' ')}\n`;
}
