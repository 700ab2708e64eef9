import { type Chance, chance, ZipfRanks } from '../mails/chance.ts';
import { vocabulary } from '../mails/vocabulary.ts';
import { letter } from '../mails/letter.ts';
import type { Question } from './engine.ts';

/** Kinds of questions, each told apart. */
export type QuestionSet = Readonly<Record<string, readonly Question[]>>;

const DAY_MS = 86_400_000;
const JST_MS = 9 * 3_600_000;

/** Half of the words as frequent as in mail, half from everywhere in the vocabulary. */
function drawWords(words: readonly string[], count: number, random: Chance): string[] {
  const ranks = new ZipfRanks(words.length);
  return Array.from(
    { length: count },
    (_, at) => words[at % 2 === 0 ? ranks.draw(random) : random.below(words.length)]!,
  );
}

/** The same questions on every machine, for an archive of `mails` letters. */
export function makeQuestions(count: number, mails: number): QuestionSet {
  const random = chance(4711);
  const japanese = (is: (characters: number) => boolean) => vocabulary.japanese.filter((word) => is([...word].length));
  const one = [...new Set(vocabulary.japanese.flatMap((word) => [...word]))].filter((text) => text !== 'ー');
  const ask = (words: readonly string[]) => drawWords(words, count, random).map((text) => ({ text }));
  const filtered = (text: string, at: number): Question => {
    const { from, sentAt } = letter(random.below(mails), () => 1);
    if (at % 2 === 0) return { text, from };
    const day = (ms: number) => new Date(ms + JST_MS).toISOString().slice(0, 10);
    return { text, days: [day(sentAt), day(sentAt + 20 * DAY_MS)] };
  };
  const two = japanese((characters) => characters === 2);
  return {
    'ja-1': ask(one),
    'ja-2': ask(two),
    'ja-3': ask(japanese((characters) => characters >= 3)),
    en: ask(vocabulary.english.filter((word) => word.length > 3)),
    filtered: drawWords(two, count, random).map(filtered),
    miss: Array.from({ length: count }, () => ({ text: `鬱${random.pick(one)}鬯` })),
  };
}
