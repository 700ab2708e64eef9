import { SekishoError } from '@sekisho/terms';

/** A file of recipients cannot be read at all. */
export class RecipientFileError extends SekishoError {
  constructor(state: string, detail: Record<string, unknown> = {}, cause?: unknown) {
    super('recipient-file', `Cannot read the file of recipients: ${state}`, { detail, cause });
  }
}

/** A list of recipients was not taken over, because lines of it are wrong. */
export class RecipientImportError extends SekishoError {
  constructor(faults: readonly { readonly line: number; readonly fault: string }[]) {
    const first = faults[0];
    const rest = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
    super('recipient-import', `Cannot import recipients: line ${first?.line}: ${first?.fault}${rest}`, {
      detail: { faults },
    });
  }
}
