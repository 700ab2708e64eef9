import type { Account } from '../account/account.ts';
import type { Demo } from '../house/open-demo.ts';
import { AOBA, MINATO } from '../house/world.ts';
import type { Language } from '../language.ts';

/** Tells where to look on: commands to copy, addresses, files. */
export function tellWhereToLook(about: {
  readonly demo: Demo;
  readonly account: Account;
  readonly language: Language;
  readonly write: (text: string) => void;
}): void {
  const { demo, account, language, write } = about;
  const { place } = demo;
  const ofKind = (kind: string, domain: string) =>
    account.owed.find(({ fates, forwardPath }) => fates[0]?.kind === kind && forwardPath.endsWith(`@${domain}`));
  const command = (text: string, ja: string, en: string) =>
    write(`  # ${language === 'ja' ? ja : en}\n  sekisho ${text}\n`);
  const delivered = ofKind('delivered', AOBA.domain);
  const held = account.owed.find(({ fates }) => fates[0]?.why === 'dmarc-reject');

  write(
    language === 'ja'
      ? '\n続きを見るには(別の端末で、このフォルダーから):\n'
      : '\nWhere to look (another terminal, this folder):\n',
  );
  write(`  sekisho() { npm exec sekisho -- "$@" --config ${shellText(place.configFile)}; }\n`);
  if (delivered) command(`trace ${delivered.spoolId}`, '1 通のメールの足取り', 'every step of one message');
  command(`archive search ${AOBA.name} 棚卸`, '日本語で検索(添付の中も)', 'search in Japanese, in attachments too');
  command(`archive search ${MINATO.name} '件名:請求書 添付:pdf'`, '項目で絞る', 'search by field');
  command(`quarantine list ${AOBA.name}`, '隔離したメール', 'what is in quarantine');
  if (held)
    command(
      `quarantine release ${AOBA.name} ${held.spoolId}-0 --note 本人に確認済み`,
      'なりすましの疑いで隔離した 1 通を配送する',
      'deliver one that was taken for a forgery',
    );
  command(`queue list ${AOBA.name}`, '配送待ち', 'what waits for delivery');
  command('verify', '保管したメールをすべて読み直して照合する', 'read all archived mail again and check it');
  command('doctor', '問題点と対処', 'what is wrong and what to do');
  write(`  http://127.0.0.1:${demo.portOf('http')}/healthz  /metrics\n`);
  write(`  ${place.logFile}\n`);
  write(demo.isKept ? `  ${place.data}\n` : '');
  write(language === 'ja' ? '\nCtrl-C で終わります。\n' : '\nCtrl-C ends the demo.\n');
}

const shellText = (text: string) => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
