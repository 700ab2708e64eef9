import type { Finding } from '@sekisho/api';
import type { Sentence } from '@sekisho/terms';

/** Something of this machine that was looked at. */
export const finding = (
  id: string,
  level: Finding['level'],
  what: Sentence,
  todo: Sentence | null = null,
): Finding => ({
  id,
  level,
  tenant: null,
  what: { ...what },
  todo: todo && { ...todo },
});
