export { commands } from './commands.ts';
export type { FileCharset } from './decode-text.ts';
export { RecipientFileError, RecipientImportError } from './errors.ts';
export type { Recipient, RecipientPage } from './list-recipients.ts';
export { migrations } from './migrations.ts';
export { parseRecipientCsv, type RecipientFile } from './parse-recipient-csv.ts';
export { parseRecipientAddress } from './recipient-address.ts';
export type { RecipientKeyPage } from './recipient-keys.ts';
export { MAX_ROWS, type RecipientChanges, type RecipientRow, type RowFault } from './recipient-rows.ts';
