import type { Direction, DsnNotify, ReversePath } from '@sekisho/terms';

/** What happened to a recipient. */
export type ReportableEvent =
  /** Given up. `policy`: by a decision of this house, which never bounces (design §3). */
  | { readonly kind: 'failed'; readonly cause: 'remote' | 'expired' | 'local' | 'policy' }
  /** Still waiting after the time at which people want to know. */
  | { readonly kind: 'delayed' }
  /** The next hop took it, and said whether it takes over the duty to report (RFC 3461 §5.2.2). */
  | { readonly kind: 'delivered'; readonly dsnAware: boolean };

/** Whose message it is and what its sender asked for. */
export interface ReportWish {
  readonly direction: Direction;
  readonly reversePath: ReversePath;
  readonly notify: readonly DsnNotify[] | undefined;
}

/** Kinds of report that this house writes. */
export type ReportKind = 'failure' | 'delay' | 'relayed';

/**
 * The report owed to the sender, or `null`. Nobody outside gets one: after 250 a reception message that goes no
 * further is kept and traced, because its reverse-path proves nothing and a report to it would be backscatter.
 */
export function decideReport(event: ReportableEvent, wish: ReportWish): ReportKind | null {
  if (wish.reversePath === null || wish.direction === 'reception') return null;
  const asked = (what: DsnNotify) => wish.notify?.includes(what) ?? false;
  if (asked('never')) return null;
  switch (event.kind) {
    case 'failed':
      return event.cause !== 'policy' && (wish.notify === undefined || asked('failure')) ? 'failure' : null;
    case 'delayed':
      return wish.notify === undefined || asked('delay') ? 'delay' : null;
    case 'delivered':
      return !event.dsnAware && asked('success') ? 'relayed' : null;
  }
}
