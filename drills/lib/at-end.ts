const steps = new Set<() => void>();

process.once('exit', () => {
  for (const step of steps) step();
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

/** Does something when the drill ends before its time, by a signal or an error. Gives back what makes it unnecessary. */
export function atEnd(step: () => void): () => void {
  steps.add(step);
  return () => void steps.delete(step);
}
