import { ForeignAwaitError } from './errors.ts';

/**
 * The result of a function that awaits nothing but what is already there. Such a function settles before the event
 * loop turns; one that has not done so by then waits for something else and is refused.
 */
export function atOnce<T>(running: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const turned = setImmediate(() => reject(new ForeignAwaitError()));
    running.then(
      (value) => {
        clearImmediate(turned);
        resolve(value);
      },
      (error: unknown) => {
        clearImmediate(turned);
        reject(error);
      },
    );
  });
}
