import { statSync } from 'node:fs';
import type { Finding } from '@sekisho/api';
import type { Config } from '@sekisho/config';
import { readRootKeys } from '@sekisho/vault';
import { finding } from './finding.ts';

/** The root key: is it there, is it a key, does it lie apart, and may nobody else read it? */
export function examineRootKey({ rootKey, data }: Config): Finding {
  const where = 'file' in rootKey ? rootKey.file : `$${rootKey.env}`;
  try {
    const { former } = readRootKeys(rootKey);
    const count =
      former.length === 0
        ? { ja: '', en: '' }
        : { ja: `、前の鍵 ${former.length} 個`, en: `, ${former.length} former keys` };
    if ('file' in rootKey && onOneVolume(rootKey.file, data))
      return finding(
        'root-key',
        'good',
        { ja: `ルート鍵 ${where}${count.ja}`, en: `root key ${where}${count.en}` },
        {
          ja: 'データと同じディスクにあります。別の場所にも写しを保管してください。',
          en: 'It lies on the volume of the data: keep a copy somewhere else.',
        },
      );
    return finding('root-key', 'good', { ja: `ルート鍵 ${where}${count.ja}`, en: `root key ${where}${count.en}` });
  } catch (error) {
    const why = (error as Error).message;
    return finding(
      'root-key',
      'bad',
      { ja: `ルート鍵を使えません: ${why}`, en: `the root key cannot be used: ${why}` },
      {
        ja: `持ち主だけが読めるようにしてください(chmod 600 ${where})。なければ保管した写しを戻してください。`,
        en: `Let only its owner read it (chmod 600 ${where}); if it is gone, put the copy back that was kept.`,
      },
    );
  }
}

function onOneVolume(file: string, folder: string): boolean {
  try {
    return statSync(file).dev === statSync(folder).dev;
  } catch {
    return false;
  }
}
