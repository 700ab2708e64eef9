import { type Address, addressKey } from '@sekisho/terms';
import type { ReadTx } from '@sekisho/tenants';
import { z } from 'zod';
import { parseRecipientAddress } from './recipient-address.ts';

/** A recipient of a list, and where it stood. */
export interface RecipientRow {
  readonly line: number;
  readonly address: Address;
  readonly display: string;
}

/** A line of a list that cannot be taken over, and why. */
export interface RowFault {
  readonly line: number;
  readonly fault: string;
}

/** Rows of one import. */
export const MAX_ROWS = 50_000;

const isAddress = ({ localPart, domain }: Address) => {
  const parsed = parseRecipientAddress(`${localPart}@${domain}`);
  return parsed !== null && parsed.localPart === localPart && parsed.domain === domain;
};

/** What an import, or its preview, is asked with. */
export const importSchema = z.object({
  rows: z
    .array(
      z.object({
        line: z.int().min(1),
        address: z.object({ localPart: z.string(), domain: z.string() }).refine(isAddress, 'must be an address'),
        display: z.string().max(200),
      }),
    )
    .max(MAX_ROWS)
    .readonly(),
  /** The tenant's domains: a recipient of another domain is a fault. */
  domains: z.array(z.string()).readonly(),
  /** Removes the recipients that the list does not name. Never by omission: only when asked. */
  removeOthers: z.boolean().default(false),
});

/** What an import would do. */
export interface RecipientChanges {
  readonly added: readonly RecipientRow[];
  /** Those that get another display name. */
  readonly changed: readonly (RecipientRow & { readonly before: string })[];
  readonly removed: readonly string[];
  readonly unchanged: number;
  readonly faults: readonly RowFault[];
}

/** Compares a list with the recipients that are there. */
export async function compare(tx: ReadTx, question: z.output<typeof importSchema>): Promise<RecipientChanges> {
  const { rows, domains, removeOthers } = question;
  const known = new Map<string, string>();
  for (const row of await tx.all<{ key: string; display: string }>('SELECT address_key AS key, display FROM recipient'))
    known.set(row.key, row.display);
  const changes = { added: [] as RecipientRow[], changed: [] as RecipientChanges['changed'][number][] };
  const faults: RowFault[] = [];
  const named = new Set<string>();
  let unchanged = 0;
  for (const row of rows) {
    const key = addressKey(row.address);
    const before = known.get(key);
    if (!domains.includes(row.address.domain))
      faults.push({ line: row.line, fault: `"${row.address.domain}" is no domain of this tenant` });
    else if (named.has(key)) faults.push({ line: row.line, fault: `the address "${key}" is there twice` });
    else if (before === undefined) changes.added.push(row);
    else if (before === row.display || row.display === '') unchanged += 1;
    else changes.changed.push({ ...row, before });
    named.add(key);
  }
  const removed = removeOthers ? [...known.keys()].filter((key) => !named.has(key)).sort() : [];
  return { ...changes, removed, unchanged, faults };
}
