import { classAt, RUN } from './character-class.ts';

/**
 * What a hit means, said without the index: the folded query stands in the folded text, and where it begins or ends
 * with a Latin word, that word is whole there.
 */
export function holdsPhrase(foldedText: string, foldedQuery: string): boolean {
  if (foldedQuery === '') return false;
  const startsInRun = classAt(foldedQuery, 0) === RUN;
  const endsInRun = classAt(foldedQuery, foldedQuery.lastIndexOf(' ') + 1) === RUN;
  for (let at = foldedText.indexOf(foldedQuery); at !== -1; at = foldedText.indexOf(foldedQuery, at + 1)) {
    const end = at + foldedQuery.length;
    const begins = startsInRun || at === 0 || foldedText[at - 1] === ' ';
    const ends = endsInRun || end === foldedText.length || foldedText[end] === ' ';
    if (begins && ends) return true;
  }
  return false;
}
