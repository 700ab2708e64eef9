export { foldText } from './fold-text.ts';
export { ftsPhrase, type PhraseOptions } from './fts-phrase.ts';
export { holdsPhrase } from './holds-phrase.ts';
export { indexText, WORDS_VERSION, words } from './index-text.ts';
