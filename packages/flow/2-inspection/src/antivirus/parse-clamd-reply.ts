import type { AntivirusVerdict } from './verdict.ts';

const MAX_SIGNATURE = 128;

/**
 * Reads what clamd says about one stream (clamd(8), INSTREAM), without session number and terminator. What is not
 * understood is never clean.
 */
export function parseClamdReply(text: string): AntivirusVerdict {
  const line = text.trim();
  if (line === 'stream: OK') return { state: 'clean' };
  if (/size limit exceeded/i.test(line)) return { state: 'unscannable', reason: 'too-large' };
  if (line.endsWith(' ERROR')) return { state: 'unscannable', reason: 'scanner-error' };
  if (!line.startsWith('stream: ') || !line.endsWith(' FOUND')) return { state: 'unscannable', reason: 'bad-reply' };
  const signature = line
    .slice('stream: '.length, -' FOUND'.length)
    .replace(/[^\x21-\x7e]/g, '?')
    .slice(0, MAX_SIGNATURE);
  if (signature === '') return { state: 'unscannable', reason: 'bad-reply' };
  if (signature.startsWith('Heuristics.Limits.Exceeded')) return { state: 'unscannable', reason: 'scanner-limit' };
  if (signature.startsWith('Heuristics.Encrypted')) return { state: 'unscannable', reason: 'encrypted' };
  return { state: 'infected', signature };
}
