import type { Entry } from 'yauzl';

const UTF8_FLAG = 0x0800;
const UNICODE_PATH = 0x7075;

const utf8 = new TextDecoder('utf-8', { fatal: true });
const cp932 = new TextDecoder('shift_jis');

/**
 * The name of a ZIP member: UTF-8 where the flag or the Unicode path field says so (APPNOTE 4.4.4, 4.6.9) or the octets
 * are, else CP932, which Windows and Mac in Japan write without saying so.
 */
export function zipName(entry: Pick<Entry, 'fileNameRaw' | 'generalPurposeBitFlag' | 'extraFields'>): string {
  const path = entry.extraFields.find((field) => field.id === UNICODE_PATH && field.data.length > 5);
  if (path) return path.data.toString('utf8', 5);
  if (entry.generalPurposeBitFlag & UTF8_FLAG) return entry.fileNameRaw.toString('utf8');
  try {
    return utf8.decode(entry.fileNameRaw);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return cp932.decode(entry.fileNameRaw);
  }
}
