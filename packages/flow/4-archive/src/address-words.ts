import { type Address, addressKey } from '@sekisho/terms';
import { indexText } from '@sekisho/words';

const KEPT = 20_000;
const kept = new Map<string, string>();

/** Token string of an address. The few addresses that most mail is between are remembered. */
export function addressWords(address: Address): string {
  const key = addressKey(address);
  let words = kept.get(key);
  if (words === undefined) {
    words = indexText(key);
    if (kept.size >= KEPT) kept.delete(kept.keys().next().value!);
    kept.set(key, words);
  }
  return words;
}

/** The token string with the words of the addresses that it lacks, such as those of Bcc recipients. */
export function withAddresses(tokens: string, addresses: readonly Address[]): string {
  let all = ` ${tokens} `;
  for (const address of addresses) {
    const words = ` ${addressWords(address)} `;
    if (!all.includes(words)) all += words;
  }
  return all;
}
