import type { Fault } from '@sekisho/api';
import { SekishoError, type Sentence } from '@sekisho/terms';
import { EXIT, type ExitCode } from './exit-codes.ts';

/** A command cannot go on; it says so in both languages, says what to do, and how the process ends. */
export class CommandError extends SekishoError {
  readonly exitCode: ExitCode;
  readonly sentence: Sentence;
  readonly todo: Sentence | null;

  constructor(id: string, exitCode: ExitCode, sentence: Sentence, todo: Sentence | null = null) {
    super(id, sentence.en);
    this.exitCode = exitCode;
    this.sentence = sentence;
    this.todo = todo;
  }
}

/** The command line itself is wrong. */
export class UsageError extends CommandError {
  /** The command whose help tells more, when it is known. */
  readonly command: string | null;

  constructor(sentence: Sentence, command: string | null = null) {
    const help = command === null ? 'sekisho help' : `sekisho help ${command}`;
    super('usage', EXIT.usage, sentence, { ja: `使い方: ${help}`, en: `See: ${help}` });
    this.command = command;
  }
}

/** Nobody answers at the socket. */
export class NotRunningError extends CommandError {
  constructor(socket: string) {
    super(
      'not-running',
      EXIT.notRunning,
      { ja: `sekisho が動いていません(ソケット ${socket})`, en: `Cannot reach sekisho: nobody answers at ${socket}` },
      {
        ja: '「sekisho serve」で起動してください。動いている場合は --config で設定ファイルを指定してください。',
        en: 'Start it with "sekisho serve"; if it is running, name its configuration file with --config.',
      },
    );
  }
}

/** The socket exists, and this user may not open it. */
export class NotAllowedError extends CommandError {
  constructor(socket: string) {
    super(
      'not-allowed',
      EXIT.failed,
      { ja: `${socket} を開く権限がありません`, en: `Cannot open ${socket}: this user may not` },
      {
        ja: 'sekisho を動かしているユーザーで実行してください。',
        en: 'Run the command as the user that sekisho runs as.',
      },
    );
  }
}

const STATUS: Readonly<Record<number, readonly [ExitCode, string]>> = {
  400: [EXIT.usage, '指定の書き方に誤りがあります'],
  404: [EXIT.notFound, '指定したものがありません'],
  409: [EXIT.failed, '今の状態ではできません'],
  413: [EXIT.failed, '大きすぎます'],
  422: [EXIT.failed, '指定した値は使えません'],
  503: [EXIT.failed, '今はできません。しばらくしてからやり直してください'],
};

/** The API refused, in its own words. */
export class RefusedError extends CommandError {
  readonly fault: Fault['error'];

  constructor(status: number, fault: Fault['error']) {
    const [exitCode, ja] = STATUS[status] ?? [EXIT.failed, '失敗しました。ログを確認してください'];
    super(fault.id, exitCode, { ja: `${ja}: ${fault.message}`, en: fault.message });
    this.fault = fault;
  }
}
