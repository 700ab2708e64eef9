import { isSqliteGoodEnough, SQLITE_NEEDED, sqliteVersion } from '@sekisho/tenants';
import type { ApiServices } from '../services.ts';
import type { Finding } from './finding.ts';

/** A message that the spool has owed for longer is told; one for this long is bad. */
const OWED_WARNING_MS = 60_000;
const OWED_BAD_MS = 600_000;

/** What concerns the installation: its processes, its spool, its library. */
export function examineSystem({ control }: Pick<ApiServices, 'control'>): Finding[] {
  return [...processes(control.processes()), spool(control.backlog()), sqlite(sqliteVersion())];
}

function processes(list: ReturnType<ApiServices['control']['processes']>): Finding[] {
  const findings = list.map(({ name, state, restarts }): Finding => {
    const level = state !== 'ready' ? 'bad' : restarts > 0 ? 'warning' : 'good';
    const started =
      restarts > 0 ? { ja: `、再起動 ${restarts} 回`, en: `, restarted ${restarts} times` } : { ja: '', en: '' };
    return {
      id: 'process',
      level,
      tenant: null,
      what: { ja: `プロセス ${name}: ${state}${started.ja}`, en: `process ${name}: ${state}${started.en}` },
      todo:
        level === 'good'
          ? null
          : {
              ja: 'ログの process.died の行に原因があります。',
              en: 'Lines of "process.died" in the log say why.',
            },
    };
  });
  return findings.every(({ level }) => level === 'good')
    ? [
        {
          id: 'process',
          level: 'good',
          tenant: null,
          what: { ja: `プロセス ${list.length} 個がすべて動作中`, en: `all ${list.length} processes are ready` },
          todo: null,
        },
      ]
    : findings.filter(({ level }) => level !== 'good');
}

function spool({ owed, oldestOwedMs, inspection, writers }: ReturnType<ApiServices['control']['backlog']>): Finding {
  const level = oldestOwedMs > OWED_BAD_MS ? 'bad' : oldestOwedMs > OWED_WARNING_MS ? 'warning' : 'good';
  const seconds = Math.round(oldestOwedMs / 1000);
  return {
    id: 'spool',
    level,
    tenant: null,
    what: {
      ja: `スプールの未確定 ${owed} 通(最古 ${seconds} 秒)、検査待ち ${inspection} 通、書き込み待ち ${writers} 通`,
      en: `the spool owes ${owed} messages (oldest ${seconds} s), ${inspection} wait for inspection, ${writers} for a writer`,
    },
    todo:
      level === 'good'
        ? null
        : {
            ja: '受け付けたメールは失われません。ログの intake. と scan. と checkpoint. の行を確認してください。',
            en: 'No accepted mail is lost. See the lines of "intake.", "scan." and "checkpoint." in the log.',
          },
  };
}

function sqlite(version: string): Finding {
  const isGood = isSqliteGoodEnough(version);
  return {
    id: 'sqlite',
    level: isGood ? 'good' : 'bad',
    tenant: null,
    what: { ja: `SQLite ${version}`, en: `SQLite ${version}` },
    todo: isGood
      ? null
      : {
          ja: `${SQLITE_NEEDED} 以降が必要です。sekisho を入れ直してください。`,
          en: `${SQLITE_NEEDED} or newer is needed: install sekisho again.`,
        },
  };
}
