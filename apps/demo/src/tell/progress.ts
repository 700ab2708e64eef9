/** Where the demo speaks to: the terminal, or a test. */
export interface Stage {
  readonly isTerminal: boolean;
  write(text: string): void;
}

const EVERY_MS = 100;
const LINES = 5;

/** Shows how far something is: one line that changes on a terminal, a few plain lines elsewhere. */
export function openProgress(stage: Stage, what: string) {
  let [shownAt, shownStep] = [0, -1];
  const line = (done: number, of: number) => `${what} ${done}/${of}`;
  return {
    show(done: number, of: number): void {
      if (stage.isTerminal) {
        const now = performance.now();
        if (done < of && now - shownAt < EVERY_MS) return;
        shownAt = now;
        stage.write(`\r\x1b[K${line(done, of)}`);
      } else {
        const step = of === 0 ? LINES : Math.floor((done * LINES) / of);
        if (step === shownStep) return;
        shownStep = step;
        stage.write(`${line(done, of)}\n`);
      }
    },
    end(): void {
      if (stage.isTerminal) stage.write('\n');
    },
  };
}
