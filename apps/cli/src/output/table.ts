import { plain } from './plain.ts';
import { padded, shortened, textWidth } from './width.ts';

/** A column of a table for people. */
export interface Column {
  readonly head: string;
  /** Widest cell; what is longer is cut with an ellipsis. */
  readonly most?: number;
  readonly isNumber?: boolean;
}

const GAP = '  ';

/** Rows under their heads, aligned by what characters take on a terminal; no cell can steer it. */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) =>
    columns.map(({ most }, at) => shortened(plain(row[at] ?? ''), most ?? Number.MAX_SAFE_INTEGER)),
  );
  const widths = columns.map(({ head }, at) => Math.max(textWidth(head), ...cells.map((row) => textWidth(row[at]!))));
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => {
        const space = ' '.repeat(widths[at]! - textWidth(cell));
        return columns[at]!.isNumber ? space + cell : padded(cell, widths[at]!);
      })
      .join(GAP)
      .trimEnd();
  return [columns.map(({ head }) => head), ...cells].map((row) => `${line(row)}\n`).join('');
}
