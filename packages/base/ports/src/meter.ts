/** Labels of a series; few values each. */
export type Labels = Readonly<Record<string, string>>;

/** Counts and sizes of one process. Names follow OpenMetrics: `sekisho_smtp_messages_total`, units in the name. */
export interface Meter {
  count(name: string, labels?: Labels, by?: number): void;
  gauge(name: string, value: number, labels?: Labels): void;
  /** Adds one observation to a histogram with fixed bounds, in seconds or octets as the name says. */
  observe(name: string, value: number, labels?: Labels): void;
  snapshot(): MeterSnapshot;
}

interface Series {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly name: string;
  readonly labels: Labels;
  value: number;
  buckets?: number[];
  samples?: number;
}

export type MeterSnapshot = readonly Readonly<Series>[];

const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

export function openMeter(): Meter {
  const all = new Map<string, Series>();
  const series = (kind: Series['kind'], name: string, labels: Labels): Series => {
    const key = `${name}\n${Object.entries(labels).join('\n')}`;
    let found = all.get(key);
    if (!found) {
      found = { kind, name, labels, value: 0 };
      if (kind === 'histogram') {
        found.buckets = BOUNDS.map(() => 0);
        found.samples = 0;
      }
      all.set(key, found);
    }
    return found;
  };
  return {
    count(name, labels = {}, by = 1) {
      series('counter', name, labels).value += by;
    },
    gauge(name, value, labels = {}) {
      series('gauge', name, labels).value = value;
    },
    observe(name, value, labels = {}) {
      const found = series('histogram', name, labels);
      found.value += value;
      found.samples! += 1;
      const at = BOUNDS.findIndex((bound) => value <= bound);
      if (at >= 0) found.buckets![at]! += 1;
    },
    snapshot: () => [...all.values()].map((one) => ({ ...one, ...(one.buckets ? { buckets: [...one.buckets] } : {}) })),
  };
}

/** One list out of the lists of several processes; each series gains a `process` label. */
export function mergeSnapshots(parts: ReadonlyMap<string, MeterSnapshot>): MeterSnapshot {
  return [...parts].flatMap(([name, list]) =>
    list.map((one) => ({ ...one, labels: { ...one.labels, process: name } })),
  );
}

const escapeLabel = (text: string) => text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n');
const labelText = (labels: Labels) => {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${escapeLabel(value)}"`);
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
};

/** The OpenMetrics text of a snapshot (OpenMetrics 1.0). */
export function formatOpenMetrics(snapshot: MeterSnapshot): string {
  const families = Map.groupBy(snapshot, (one) => one.name);
  let text = '';
  for (const [name, list] of families) {
    const family = list[0]!.kind === 'counter' ? name.replace(/_total$/, '') : name;
    text += `# TYPE ${family} ${list[0]!.kind}\n`;
    for (const one of list) text += formatSeries(family, one);
  }
  return `${text}# EOF\n`;
}

function formatSeries(family: string, one: Readonly<Series>): string {
  if (one.kind === 'counter') return `${family}_total${labelText(one.labels)} ${one.value}\n`;
  if (one.kind === 'gauge') return `${family}${labelText(one.labels)} ${one.value}\n`;
  let sum = 0;
  const lines = BOUNDS.map((bound, at) => {
    sum += one.buckets![at]!;
    return `${family}_bucket${labelText({ ...one.labels, le: String(bound) })} ${sum}\n`;
  });
  lines.push(`${family}_bucket${labelText({ ...one.labels, le: '+Inf' })} ${one.samples}\n`);
  lines.push(
    `${family}_sum${labelText(one.labels)} ${one.value}\n${family}_count${labelText(one.labels)} ${one.samples}\n`,
  );
  return lines.join('');
}
