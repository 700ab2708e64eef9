/** Controls, line ends, and marks that turn the direction of text around. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;

/** Text from a mail as one line that cannot steer a terminal. */
export const plain = (text: string): string => text.replace(UNSAFE, '\u{fffd}');

/** The same for text of several lines. */
export const plainLines = (text: string): string => text.split('\n').map(plain).join('\n');
