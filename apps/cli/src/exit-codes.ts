import type { Sentence } from '@sekisho/terms';

/** How the command ends, for scripts. */
export const EXIT = { good: 0, failed: 1, usage: 2, notRunning: 3, notFound: 4 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What each code means, for the help. */
export const exitCodeTable: readonly (readonly [ExitCode, Sentence])[] = [
  [EXIT.good, { ja: '成功', en: 'done' }],
  [EXIT.failed, { ja: '失敗、または問題が見つかった', en: 'failed, or something is wrong' }],
  [EXIT.usage, { ja: '使い方の誤り', en: 'wrong usage' }],
  [EXIT.notRunning, { ja: 'sekisho が動いていない', en: 'sekisho is not running' }],
  [EXIT.notFound, { ja: '指定したものがない', en: 'what was named does not exist' }],
];
