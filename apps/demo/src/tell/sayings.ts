/** What the demo says on its way. */
import type { Antivirus } from '../house/antivirus.ts';
import { both } from '../language.ts';
import type { Sentence } from '@sekisho/terms';

export const HELP: Sentence = both(
  `npm run demo -- [オプション]

Sekisho 全体をこの機械の中だけで動かし、2 つのテナントで数百通のメールを流して結果を示します。
外部には決してメールを送りません。Ctrl-C で終わります。

  --once               結果を示したら終わる。数が合わなければ終了コード 1
  --data DIR           データを DIR に置く(空のフォルダー)。鍵や設定は DIR.demo に置く
  --keep               終わってもデータを消さない
  --without-antivirus  ClamAV を使わない
  --lang ja|en         表示する言語
  --help               この説明

環境変数 SEKISHO_DATA、SEKISHO_SMTP_PORT、SEKISHO_SUBMISSION_PORT、SEKISHO_HTTP_PORT に従います。
`,
  `npm run demo -- [options]

Runs all of Sekisho inside this machine, plays a few hundred messages of two tenants and shows what came of them.
It never sends mail to the outside. Ctrl-C ends it.

  --once               end behind the summary; exit code 1 when the numbers do not add up
  --data DIR           keep the data in DIR (an empty folder); keys and configuration go to DIR.demo
  --keep               leave the data in place at the end
  --without-antivirus  do without ClamAV
  --lang ja|en         language
  --help               this text

Obeys SEKISHO_DATA, SEKISHO_SMTP_PORT, SEKISHO_SUBMISSION_PORT and SEKISHO_HTTP_PORT.
`,
);

export const SAYINGS = {
  otherPort: (name: string, taken: number, port: number) =>
    both(
      `ポート ${taken} は使用中です。${name} には ${port} を使います。`,
      `Port ${taken} is taken: ${name} uses ${port} instead.`,
    ),
  antivirus(antivirus: Antivirus): Sentence {
    switch (antivirus.kind) {
      case 'clamd':
        return both(
          'ウイルス検査: clamd を自前の定義ファイルで起動しました。',
          'Antivirus: clamd is running with a signature file of our own.',
        );
      case 'missing':
        return both(
          'ウイルス検査: この機械に clamd がありません。このデモではウイルス検査を切って動かします(Debian: apt-get install clamav-daemon)。',
          'Antivirus: this machine has no clamd. The demo runs with antivirus switched off (Debian: apt-get install clamav-daemon).',
        );
      case 'unwanted':
        return both('ウイルス検査: 指定により、切って動かします。', 'Antivirus: switched off, as asked.');
      case 'failed':
        return both(
          `ウイルス検査: clamd を起動できませんでした。このデモではウイルス検査を切って動かします。${antivirus.why}`,
          `Antivirus: clamd did not start. The demo runs with antivirus switched off. ${antivirus.why}`,
        );
    }
  },
  serving: (smtp: number, submission: number) =>
    both(
      `Sekisho が動いています: 127.0.0.1 の ${smtp}(受信)と ${submission}(送信)。`,
      `Sekisho is running: 127.0.0.1, port ${smtp} (reception) and ${submission} (submission).`,
    ),
  playing: both('メールを流しています', 'Playing messages'),
  settling: both('行き先を待っています', 'Waiting for where they go'),
  stopping: both('終わります。', 'Stopping.'),
};
