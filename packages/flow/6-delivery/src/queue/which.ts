import type { SqlValue } from '@sekisho/tenants';
import { z } from 'zod';

/** The open recipients that a person means: of a message, of a destination, or all. */
export const whichSchema = z.union([
  z.object({ message: z.string().max(64), recipient: z.int().min(0).optional() }),
  z.object({ destination: z.string().max(300) }),
  z.object({ everything: z.literal(true) }),
]);

export type Which = z.infer<typeof whichSchema>;

/** Rows that one command of a person changes at most; the answer says whether there are more. */
export const WHICH_ROWS = 500;

/** The condition on `delivery_recipient` and its values. */
export function whichRows(which: Which): { readonly where: string; readonly values: readonly SqlValue[] } {
  if ('message' in which) {
    const values = [which.message, which.recipient ?? 0, which.recipient ?? Number.MAX_SAFE_INTEGER];
    return { where: 'message = ? AND recipient BETWEEN ? AND ?', values };
  }
  if ('destination' in which) return { where: 'due_at IS NOT NULL AND destination = ?', values: [which.destination] };
  return { where: 'due_at IS NOT NULL', values: [] };
}
