import { z } from 'zod';
import { condition, includesAll } from '../catalogue-entry.ts';

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'not a time: expected "HH:MM"' });
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(zone, format);
  }
  return format;
}

const isZone = (zone: string) => {
  try {
    return formatOf(zone) !== undefined;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
};

function localTime(now: number, zone: string): { day: string; time: string } {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(now)
      .map(({ type, value }) => [type, value]),
  );
  return { day: parts.get('weekday')!.toLowerCase(), time: `${parts.get('hour')}:${parts.get('minute')}` };
}

/** Conditions on the moment of the decision. */
export const timeConditions = [
  condition({
    name: 'time/of-day',
    schema: z.strictObject({
      from: clockTime,
      to: clockTime,
      /** Days on which the moment itself lies, also after midnight. */
      days: z
        .array(z.enum(DAYS))
        .min(1)
        .default([...DAYS]),
      zone: z
        .string()
        .max(64)
        .refine(isZone, { error: 'not a time zone: expected "Asia/Tokyo"' })
        .default('Asia/Tokyo'),
    }),
    sentence: {
      ja: '時刻が {from} から {to} まで({days}、{zone})',
      en: 'the time is from {from} to {to} on {days} in {zone}',
    },
    holds: (q, subject) => {
      const { day, time } = localTime(subject.now, q.zone);
      const inside = q.from <= q.to ? time >= q.from && time < q.to : time >= q.from || time < q.to;
      return inside && (q.days as readonly string[]).includes(day);
    },
    covers: (outer, inner) =>
      outer.zone === inner.zone &&
      includesAll(outer.days, inner.days) &&
      outer.from <= outer.to &&
      inner.from <= inner.to &&
      outer.from <= inner.from &&
      inner.to <= outer.to,
  }),
];
