import type { Disposition } from '@sekisho/terms';

const ORDER: readonly Disposition['kind'][] = ['deliver', 'hold', 'quarantine', 'reject'];

/** Below zero when `one` is milder than `other`, above when stricter: deliver < hold < quarantine < reject. */
export function compareStrictness(one: Disposition, other: Disposition): number {
  return ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind);
}

/** The strictest of some dispositions, the first among equals; nothing to choose from is `deliver`. */
export function strictest(dispositions: readonly Disposition[]): Disposition {
  return dispositions.reduce<Disposition>((most, one) => (compareStrictness(one, most) > 0 ? one : most), {
    kind: 'deliver',
  });
}
