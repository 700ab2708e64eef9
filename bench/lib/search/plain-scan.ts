import type { Letter } from '../mails/letter.ts';
import { PAGE, type Question } from './engine.ts';
import type { Found } from './our-archive.ts';

const JAPANESE = '[\\u3005-\\u30ff\\u3400-\\u9fff]';
const FOLD = new RegExp(`(?<=${JAPANESE})\\n(?=${JAPANESE})`, 'g');
const JST_MS = 9 * 3_600_000;

interface Folded {
  readonly id: number;
  readonly letter: Letter;
  readonly fields: readonly string[];
}

/**
 * Finds by looking at every text: no index and no tokeniser, so that the archive can be judged by it. Words of Latin
 * letters count where they are whole, Japanese everywhere, also across the end of a line.
 */
export class PlainScan {
  readonly #letters: Folded[] = [];

  add(letter: Letter): void {
    const fold = (text: string) => text.normalize('NFKC').toLowerCase().replace(FOLD, '');
    const fields = [letter.subject, letter.body, letter.from, letter.to].map(fold);
    this.#letters.push({ id: this.#letters.length + 1, letter, fields });
  }

  search({ text, from, days }: Question): Found {
    const wanted = text.normalize('NFKC').toLowerCase();
    const word = /^[a-z0-9]+$/.test(wanted) ? new RegExp(`(?<![a-z0-9])${wanted}(?![a-z0-9])`) : null;
    const first = days ? Date.parse(days[0]) - JST_MS : Number.NEGATIVE_INFINITY;
    const last = days ? Date.parse(days[1]) - JST_MS + 86_400_000 : Number.POSITIVE_INFINITY;
    const ids: number[] = [];
    let total = 0;
    for (let at = this.#letters.length - 1; at >= 0; at--) {
      const { id, letter, fields } = this.#letters[at]!;
      if (from !== undefined && letter.from !== from) continue;
      if (letter.sentAt < first || letter.sentAt >= last) continue;
      if (!fields.some((field) => field.includes(wanted) && (word === null || word.test(field)))) continue;
      total += 1;
      if (ids.length < PAGE) ids.push(id);
    }
    return { ids, total };
  }
}
