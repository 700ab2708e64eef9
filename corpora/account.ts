import type { Fact } from '@sekisho/terms';

/** A mail as the archive has it. */
export interface ArchivedMail {
  readonly path: string;
  readonly raw: Buffer;
  readonly tree: Buffer;
  readonly facts: readonly Fact[];
  /** The rule that decided, and what it decided. */
  readonly rule: string;
  readonly disposition: string;
}

/** What became of all mails, and every contradiction as a sentence. */
export class Account {
  readonly archived: ArchivedMail[] = [];
  /** Paths by the reason in the reply. */
  readonly refused = new Map<string, string[]>();
  /** Paths by the rule that keeps them. */
  readonly quarantined = new Map<string, string[]>();
  readonly breaches: string[] = [];
  delivered = 0;

  breach(path: string, what: string): void {
    this.breaches.push(`${path}: ${what}`);
  }

  /** Notes a breach where two counts of the same thing differ. */
  compare(what: string, found: number, expected: number): void {
    if (found !== expected) this.breaches.push(`${what}: ${found}, expected ${expected}`);
  }

  refuse(reason: string, path: string): void {
    add(this.refused, reason, path);
  }

  quarantine(rule: string, path: string): void {
    add(this.quarantined, rule, path);
  }
}

function add(map: Map<string, string[]>, key: string, path: string): void {
  const list = map.get(key);
  if (list) list.push(path);
  else map.set(key, [path]);
}
