const UNITS = ['', 'K', 'M', 'G', 'T'] as const;

/** Octets for people: `512`, `4.0K`, `12M`. */
export function formatSize(octets: number): string {
  let [value, unit] = [octets, 0];
  while (value >= 1024 && unit < UNITS.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${unit === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)}${UNITS[unit]}`;
}

/** A span for people: `42 s`, `3 min`, `5 h`, `2 d`. */
export function formatSpan(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}
