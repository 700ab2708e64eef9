import { type Chance, chance } from './chance.ts';
import { englishSentence, japaneseSentence } from './vocabulary.ts';

/** What one mail says, before it is put into octets. */
export interface Letter {
  readonly number: number;
  readonly isJapanese: boolean;
  readonly subject: string;
  readonly from: string;
  readonly to: string;
  readonly sentAt: number;
  readonly body: string;
}

const FIRST_AT = Date.UTC(2024, 0, 4);
const BETWEEN_MS = 300_000;
const LINE_CHARACTERS = { japanese: 35, english: 72 };

/** The letter of this number: half of them Japanese, a fifth of those with English sentences in between. */
export function letter(number: number, bodyCharacters: (random: Chance) => number): Letter {
  const random = chance(number * 2_654_435_761);
  const isJapanese = random.next() < 0.5;
  const isMixed = isJapanese && random.next() < 0.2;
  const sentence = () => {
    if (!isJapanese) return `${englishSentence(random)} `;
    return isMixed && random.next() < 0.4 ? `${englishSentence(random)} ` : japaneseSentence(random);
  };
  const subject = sentence()
    .slice(0, isJapanese ? 24 : 60)
    .trim();
  const wanted = bodyCharacters(random);
  const paragraphs: string[] = [];
  for (let characters = 0; characters < wanted; ) {
    let paragraph = '';
    for (let sentences = 2 + random.below(4); sentences > 0; sentences--) paragraph += sentence();
    paragraphs.push(foldLines(paragraph.trim(), isJapanese));
    characters += paragraph.length + 2;
  }
  return {
    number,
    isJapanese,
    subject,
    from: `user${random.below(500)}@sender.test`,
    to: `staff${random.below(200)}@bench.test`,
    sentAt: FIRST_AT + number * BETWEEN_MS,
    body: paragraphs.join('\n\n').slice(0, wanted),
  };
}

function foldLines(text: string, isJapanese: boolean): string {
  if (isJapanese) return text.replace(new RegExp(`.{${LINE_CHARACTERS.japanese}}`, 'gu'), '$&\n').trimEnd();
  const pattern = new RegExp(`(.{1,${LINE_CHARACTERS.english}})(?: |$)`, 'g');
  return text.replace(pattern, '$1\n').trimEnd();
}
