const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const ZONES: Record<string, number> = {
  est: -300,
  edt: -240,
  cst: -360,
  cdt: -300,
  mst: -420,
  mdt: -360,
  pst: -480,
  pdt: -420,
  jst: 540,
};
const LONGEST = 100;

const DATE =
  /^(?:[a-z]{1,9}[.,]?,? {0,3})?(\d{1,2})[ -]([a-z]{3,9})[ -](\d{2,4}),? (\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2}))?(?:\.\d{1,9})? ?(.*)$/;

/** Minutes east of Greenwich; an unknown name is taken for UTC (RFC 5322 §4.3); `null` for an impossible offset. */
function zoneMinutes(zone: string): number | null {
  const match = /^([+-])(\d{2}):?(\d{2})\b/.exec(zone);
  if (match === null) return ZONES[zone.slice(0, 3)] ?? 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  if (minutes > 24 * 60) return null;
  return match[1] === '-' ? -minutes : minutes;
}

/** The time of a Date field (RFC 5322 §3.3, §4.3) in milliseconds since 1970, or `null` where it is no real time. */
export function parseDate(value: string): number | null {
  const text = value
    .slice(0, LONGEST)
    .replace(/\([^()]*\)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
  const match = DATE.exec(text);
  if (match === null) return null;
  const [day, year, hour, minute] = [Number(match[1]), Number(match[3]), Number(match[4]), Number(match[5])];
  const second = Number(match[6] ?? 0);
  const month = MONTHS.indexOf(match[2]!.slice(0, 3));
  const zone = zoneMinutes(match[7]!);
  if (month === -1 || zone === null || day < 1 || hour > 23 || minute > 59 || second > 60) return null;
  const fullYear = match[3]!.length > 3 ? year : match[3]!.length === 3 || year >= 50 ? year + 1900 : year + 2000;
  if (day > new Date(Date.UTC(fullYear, month + 1, 0)).getUTCDate()) return null;
  return Date.UTC(fullYear, month, day, hour, minute, second) - zone * 60_000;
}
