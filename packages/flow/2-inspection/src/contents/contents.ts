import type { FoundFile, UnopenedFile } from './examine-file.ts';

/** What is in the attachments of a message, found out once for all inspectors. */
export interface Contents {
  /** Every attachment, in order, then the files in it; `at` counts attachments from 0. */
  readonly files: readonly FoundFile[];
  readonly unopened: readonly UnopenedFile[];
  /** Attachments beyond the limit, which nobody looked into. */
  readonly unseen: number;
  /** Text of documents, for the index. */
  readonly texts: readonly string[];
}

export const NO_CONTENTS: Contents = { files: [], unopened: [], unseen: 0, texts: [] };
