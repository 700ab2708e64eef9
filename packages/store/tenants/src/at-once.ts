import { ForeignAwaitError } from './errors.ts';

/**
 * The result of a function that awaits nothing but what is already there. Such a function settles while the queue of
 * microtasks drains; a tick that is asked for inside that queue comes right after it, before any timer or input, and
 * a function that has not settled by then waits for something else and is refused.
 */
export function atOnce<T>(running: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let settled = false;
    running.then(
      (value) => {
        settled = true;
        resolve(value);
      },
      (error: unknown) => {
        settled = true;
        reject(error);
      },
    );
    queueMicrotask(() =>
      process.nextTick(() => {
        if (!settled) reject(new ForeignAwaitError());
      }),
    );
  });
}
