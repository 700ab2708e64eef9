import type { Log } from '@sekisho/ports';
import type { Actor } from '@sekisho/terms';

/** What an answered question leaves in the log: which one, by whom, and how it ended; never what was asked. */
export interface Answered {
  readonly operation: string;
  readonly by: Actor;
  readonly tenant: string | null;
  readonly status: number;
  readonly tookMs: number;
}

/** A question was answered. Looking is told at level debug, changing at level info. */
export function apiAnswered(log: Log, { by, ...answered }: Answered): void {
  const level = answered.operation.startsWith('GET ') ? 'debug' : 'info';
  log[level]('api.answered', { ...answered, by: by.name });
}

/** A question failed for a reason that nobody foresaw. */
export function apiFailed(log: Log, operation: string, error: unknown): void {
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  log.error('api.failed', { operation, error: message, stack });
}

/** An answer that streamed broke off: whoever reads it sees that it is not whole. */
export function apiBrokenOff(log: Log, operation: string, error: unknown): void {
  log.error('api.broken-off', { operation, error: error instanceof Error ? error.message : String(error) });
}
