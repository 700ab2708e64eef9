import { addressKey } from '@sekisho/terms';
import { type CsvRow, csvRows } from './csv-rows.ts';
import { decodeFile, type FileCharset } from './decode-text.ts';
import { RecipientFileError } from './errors.ts';
import type { RecipientRow, RowFault } from './recipient-rows.ts';
import { MAX_ROWS } from './recipient-rows.ts';
import { parseRecipientAddress } from './recipient-address.ts';

/** What a file of recipients says. */
export interface RecipientFile {
  readonly charset: FileCharset;
  readonly rows: readonly RecipientRow[];
  readonly faults: readonly RowFault[];
}

const MAX_OCTETS = 32 * 1024 * 1024;
const MAX_DISPLAY = 200;
const ADDRESS_HEADS = ['address', 'mail', 'email', 'e-mail', 'mail address', 'アドレス', 'メール', 'メールアドレス'];
const DISPLAY_HEADS = ['display', 'name', 'display name', '名前', '氏名', '表示名'];

/**
 * Reads a file of recipients: an address and, if there is one, a display name in each row, in this order or as a row of
 * headings says. A row that is wrong becomes a fault with its line; a file that is no such file throws.
 */
export function parseRecipientCsv(octets: Uint8Array, declared?: FileCharset): RecipientFile {
  if (octets.length > MAX_OCTETS) throw new RecipientFileError('it is larger than 32 MiB', { octets: octets.length });
  const { text, charset } = decodeFile(octets, declared);
  const all = csvRows(text);
  const columns = columnsOf(all[0]);
  const body = columns.hasHeadings ? all.slice(1) : all;
  if (body.length > MAX_ROWS) throw new RecipientFileError(`it has more than ${MAX_ROWS} rows`, { rows: body.length });
  const rows: RecipientRow[] = [];
  const faults: RowFault[] = [];
  const seen = new Map<string, number>();
  for (const row of body) {
    const read = readRow(row, columns, seen);
    if ('fault' in read) faults.push(read);
    else rows.push(read);
  }
  return { charset, rows, faults };
}

interface Columns {
  readonly hasHeadings: boolean;
  readonly address: number;
  readonly display: number;
}

function columnsOf(first: CsvRow | undefined): Columns {
  const heads = (first?.cells ?? []).map((cell) => cell.trim().toLowerCase());
  const address = heads.findIndex((head) => ADDRESS_HEADS.includes(head));
  if (address < 0) return { hasHeadings: false, address: 0, display: 1 };
  return { hasHeadings: true, address, display: heads.findIndex((head) => DISPLAY_HEADS.includes(head)) };
}

function readRow({ line, cells }: CsvRow, columns: Columns, seen: Map<string, number>): RecipientRow | RowFault {
  const text = cells[columns.address]?.trim() ?? '';
  const display = cells[columns.display]?.trim() ?? '';
  const address = parseRecipientAddress(text);
  if (address === null) return { line, fault: text === '' ? 'no address' : `no address: "${text.slice(0, 100)}"` };
  if (display.length > MAX_DISPLAY || /\p{Cc}/u.test(display))
    return { line, fault: 'a display name has 200 characters at most, and none of control' };
  const earlier = seen.get(addressKey(address));
  if (earlier !== undefined) return { line, fault: `the address is in line ${earlier} already` };
  seen.set(addressKey(address), line);
  return { line, address, display };
}
