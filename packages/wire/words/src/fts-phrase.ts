import { classAt, RUN } from './character-class.ts';
import { foldText } from './fold-text.ts';
import { phraseTokens } from './index-text.ts';

/** How to search a phrase. */
export interface PhraseOptions {
  /** A Latin word at its end may go on in the text: `invoi` finds `invoice`. */
  readonly prefix?: boolean;
}

/** One character of a run begins a pair in the index, or stands alone at the end of its run: both begin with it. */
function endsInSingleCharacter(folded: string): boolean {
  const start = folded.lastIndexOf(' ') + 1;
  return (
    classAt(folded, start) === RUN && start + String.fromCodePoint(folded.codePointAt(start)!).length === folded.length
  );
}

/**
 * The FTS5 expression that finds a text literally, or `null` if it holds nothing to search for. Whatever the text holds,
 * the expression is one quoted string of tokens: operators, quotes and column filters are text.
 */
export function ftsPhrase(text: string, options: PhraseOptions = {}): string | null {
  const folded = foldText(text);
  if (folded === '') return null;
  const goesOn = options.prefix === true || endsInSingleCharacter(folded);
  return `"${phraseTokens(folded)}"${goesOn ? ' *' : ''}`;
}
