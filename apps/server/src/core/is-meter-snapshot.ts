import type { MeterSnapshot } from '@sekisho/ports';

/** No process of ours has so many series. */
const MOST_SERIES = 2000;
const MOST_TEXT = 200;
const NAME = /^[a-z_]{1,100}$/;

/** Whether a value can be told as numbers of a process: a scan process may say anything. */
export function isMeterSnapshot(value: unknown): value is MeterSnapshot {
  return Array.isArray(value) && value.length <= MOST_SERIES && value.every(isSeries);
}

function isSeries(value: unknown): boolean {
  const { kind, name, labels, value: sum, buckets, samples } = (value ?? {}) as Record<string, unknown>;
  if (typeof name !== 'string' || !NAME.test(name) || typeof sum !== 'number' || !areLabels(labels)) return false;
  if (kind === 'counter' || kind === 'gauge') return true;
  return (
    kind === 'histogram' && typeof samples === 'number' && Array.isArray(buckets) && buckets.every(Number.isFinite)
  );
}

function areLabels(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).every(
    ([name, text]) => NAME.test(name) && typeof text === 'string' && text.length <= MOST_TEXT,
  );
}
