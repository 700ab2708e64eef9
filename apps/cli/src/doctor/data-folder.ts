import { statfsSync, statSync } from 'node:fs';
import type { Finding } from '@sekisho/api';
import type { Config } from '@sekisho/config';
import { formatSize } from '../output/sizes.ts';
import { finding } from './finding.ts';

/** Free space below this many times the reserve is told. */
const NARROW = 4;
const OTHERS = 0o077;

/** The data folder: is it there and private, and how much room is left? */
export function examineDataFolder({ data, limits }: Config): Finding[] {
  try {
    const mode = statSync(data).mode & 0o777;
    const findings: Finding[] = [];
    if (mode & OTHERS)
      findings.push(
        finding(
          'data-folder',
          'bad',
          {
            ja: `データフォルダー ${data} を他のユーザーが開けます(${mode.toString(8)})`,
            en: `others may enter data folder ${data} (mode ${mode.toString(8)})`,
          },
          { ja: `直すには: chmod 700 ${data}`, en: `Mend it: chmod 700 ${data}` },
        ),
      );
    return [...findings, room(data, limits.reserveOctets)];
  } catch (error) {
    const why = (error as Error).message;
    return [
      finding(
        'data-folder',
        'bad',
        { ja: `データフォルダー ${data} を開けません: ${why}`, en: `data folder ${data} cannot be opened: ${why}` },
        {
          ja: '設定の data を確認してください。初回は「sekisho serve」が作ります。',
          en: 'Check "data" in the configuration; the first "sekisho serve" makes it.',
        },
      ),
    ];
  }
}

function room(data: string, reserveOctets: number): Finding {
  const { bavail, bsize } = statfsSync(data);
  const free = bavail * bsize;
  const level = free < reserveOctets ? 'bad' : free < reserveOctets * NARROW ? 'warning' : 'good';
  return finding(
    'disk',
    level,
    {
      ja: `データフォルダー ${data} の空き ${formatSize(free)}`,
      en: `data folder ${data} has ${formatSize(free)} free`,
    },
    level === 'good'
      ? null
      : {
          ja: `${formatSize(reserveOctets)} を下回ると受け付けが止まります(452)。空きを増やしてください。`,
          en: `Below ${formatSize(reserveOctets)} no mail is accepted (452): make room.`,
        },
  );
}
