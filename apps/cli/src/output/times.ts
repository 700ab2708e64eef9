const JAPAN_MINUTES = 540;
const LOCAL = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?$/;
const ZONED = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/** A zone in which times are shown: Japan's, or UTC. */
export type Zone = 'JST' | 'UTC';

const minutesOf = (zone: Zone) => (zone === 'JST' ? JAPAN_MINUTES : 0);

/** `2026-11-20 21:04:31 JST`. */
export function formatTime(iso: string, zone: Zone): string {
  const shifted = new Date(Date.parse(iso) + minutesOf(zone) * 60_000).toISOString();
  return `${shifted.slice(0, 10)} ${shifted.slice(11, 19)} ${zone}`;
}

/** Reads a time as people write it (`2026-11-20`, `2026-11-20 21:04`, or ISO 8601 with a zone), or `null`. */
export function parseTime(text: string, zone: Zone): string | null {
  if (ZONED.test(text)) return isoOf(Date.parse(text));
  const [, year, month, day, hour = '0', minute = '0', second = '0'] =
    LOCAL.exec(text.replace(/ (JST|UTC)$/, '')) ?? [];
  if (year === undefined) return null;
  const named = text.endsWith(' UTC') ? 'UTC' : text.endsWith(' JST') ? 'JST' : zone;
  const parts = [year, month, day, hour, minute, second].map(Number);
  const at = Date.UTC(parts[0]!, parts[1]! - 1, parts[2], parts[3], parts[4], parts[5]);
  const isReal = new Date(at).toISOString().slice(0, 10) === `${year}-${month}-${day}` && parts[3]! < 24;
  return isReal ? isoOf(at - minutesOf(named) * 60_000) : null;
}

const isoOf = (ms: number) => (Number.isNaN(ms) ? null : new Date(ms).toISOString());
