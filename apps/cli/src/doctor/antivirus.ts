import type { Finding } from '@sekisho/api';
import type { Config } from '@sekisho/config';
import { askClamd } from '@sekisho/inspection';
import { finding } from './finding.ts';

const TIMEOUT_MS = 5000;
const DAY_MS = 86_400_000;
const OLD_DAYS = 3;
const VERY_OLD_DAYS = 7;

/** The antivirus: does it answer, and how old are its signatures? */
export async function examineAntivirus({ clamd }: Config, now: number): Promise<Finding> {
  if (clamd === null)
    return finding(
      'antivirus',
      'warning',
      { ja: 'ウイルス検査は無効です', en: 'antivirus is switched off' },
      {
        ja: '使うには設定の clamd.disabled を消し、clamd を用意してください。',
        en: 'To use it, remove clamd.disabled from the configuration and run clamd.',
      },
    );
  const where = 'socket' in clamd ? clamd.socket : `${clamd.host}:${clamd.port}`;
  try {
    const pong = await askClamd(clamd, 'PING', TIMEOUT_MS);
    if (pong.trim() !== 'PONG') throw new Error(`PING was answered with "${pong}"`);
    return signatures(where, await askClamd(clamd, 'VERSION', TIMEOUT_MS), now);
  } catch (error) {
    const why = (error as Error).message;
    return finding(
      'antivirus',
      'bad',
      { ja: `clamd (${where}) が答えません: ${why}`, en: `clamd (${where}) does not answer: ${why}` },
      {
        ja: 'clamd を起動してください。それまで、検査できなかったメールは隔離されます。',
        en: 'Start clamd. Until then mail that cannot be scanned goes to quarantine.',
      },
    );
  }
}

/** `ClamAV 1.4.3/27500/Thu Nov 20 08:00:00 2026`; without signatures only the first part. */
function signatures(where: string, version: string, now: number): Finding {
  const [engine = '', number, made] = version.split('/');
  const at = made === undefined ? Number.NaN : Date.parse(`${made.trim()} UTC`);
  const days = Math.floor((now - at) / DAY_MS);
  const level = Number.isNaN(days) || days > VERY_OLD_DAYS ? 'bad' : days > OLD_DAYS ? 'warning' : 'good';
  const age = Number.isNaN(days)
    ? { ja: '定義ファイルの日付が分かりません', en: 'the date of its signatures is not known' }
    : { ja: `定義ファイル ${number}(${days} 日前)`, en: `signatures ${number}, ${days} days old` };
  return finding(
    'antivirus',
    level,
    { ja: `clamd (${where}) ${engine}、${age.ja}`, en: `clamd (${where}) ${engine}, ${age.en}` },
    level === 'good'
      ? null
      : { ja: '定義ファイルを更新してください(freshclam)。', en: 'Update the signatures (freshclam).' },
  );
}
