/** One line per figure at the end of each bench and drill: what was measured, and whether it is good enough. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What CI holds. `null`: told, not judged. */
  readonly floor: number | null;
  /** What the design wants. */
  readonly goal: number | null;
  /** True where small is good (milliseconds, megabytes, lost messages). */
  readonly lessIsBetter?: boolean;
}

const reaches = (figure: Figure, mark: number) => (figure.lessIsBetter ? figure.value <= mark : figure.value >= mark);

/** True when a figure has no floor, or holds it. */
export const holdsFloor = (figure: Figure) => figure.floor === null || reaches(figure, figure.floor);

/** Prints the figures as JSON lines; `pass` says whether the goal is reached. True when every floor is held. */
export function tellFigures(figures: readonly Figure[]): boolean {
  let held = true;
  for (const figure of figures) {
    const { name, unit, floor, goal } = figure;
    const value = Math.round(figure.value * 1000) / 1000;
    console.log(JSON.stringify({ name, value, unit, floor, goal, pass: goal === null || reaches(figure, goal) }));
    if (!holdsFloor(figure)) {
      held = false;
      console.error(`${name}: ${value} ${unit} does not hold the floor of ${floor}`);
    }
  }
  return held;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!;
}
