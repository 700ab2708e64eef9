import { DnsError, type Resolver } from '@sekisho/ports';

/** A resolver that gives up on everything at one moment. */
export interface DeadlineResolver extends Resolver {
  /** No more questions will be asked. */
  done(): void;
}

/** Lets all look-ups of one message together take `deadlineMs`; what is open then, or asked later, is `ETIMEOUT`. */
export function resolverWithDeadline(inner: Resolver, deadlineMs: number): DeadlineResolver {
  const open = new Set<() => void>();
  let over = false;
  const timer = setTimeout(() => {
    over = true;
    for (const giveUp of open) giveUp();
  }, deadlineMs);
  return {
    resolve(name, type) {
      return new Promise((answered, failed) => {
        const giveUp = () => failed(new DnsError('ETIMEOUT', name, type));
        if (over) return giveUp();
        open.add(giveUp);
        const closed = () => void open.delete(giveUp);
        inner.resolve(name, type).then(answered, failed).then(closed);
      });
    },
    done: () => clearTimeout(timer),
  };
}
