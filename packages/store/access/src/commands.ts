import { importRecipients, previewImport } from './import-recipients.ts';
import { isRecipient } from './is-recipient.ts';
import { listRecipients } from './list-recipients.ts';
import { recipientKeys, recipientRevision } from './recipient-keys.ts';
import { removeRecipients } from './remove-recipients.ts';

/** What this room does for whoever dispatches to it. */
export const commands = {
  previewImport,
  importRecipients,
  listRecipients,
  isRecipient,
  recipientKeys,
  recipientRevision,
  removeRecipients,
} as const;
