import { join } from 'node:path';
import type { Config } from '@sekisho/config';
import type { Command, Context } from '../command.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';

/** One Ctrl-C may come twice: from the terminal, and from a parent process that hands it on. */
const ONE_PRESS_MS = 500;

/** Waits for the first signal to stop. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal));
  });
}

function sayWhere(context: Context, config: Config): void {
  const { listeners, tls, data } = config;
  const at = ({ host, port }: { host: string; port: number }) => `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const lines: (readonly [string, string, string])[] = [
    ['smtp', at(listeners.smtp), context.text({ ja: '他のホストからのメール', en: 'mail from other hosts' })],
    ['submission', at(listeners.submission), context.text({ ja: '利用者からのメール', en: 'mail from our users' })],
    ...(tls ? [['submissions', at(listeners.submissions), 'TLS'] as const] : []),
    ['http', at(listeners.http), '/healthz /livez /metrics'],
    [
      'api',
      join(data, 'run', 'api.sock'),
      context.text({ ja: 'このコマンドの接続先', en: 'what this command speaks to' }),
    ],
  ];
  context.say({ ja: 'sekisho が動いています。', en: 'sekisho is running.' });
  for (const [name, address, about] of lines) context.streams.err(`  ${name.padEnd(12)} ${address}  ${about}\n`);
  if (!tls) context.say({ ja: '  TLS は使えません(証明書が未設定)。', en: '  No TLS: no certificate is configured.' });
}

export const serveCommand: Command = {
  name: 'serve',
  about: { ja: 'システム全体を起動する', en: 'start the whole system' },
  positionals: [],
  options: {
    log: { value: 'json|pretty', about: { ja: 'ログの形(標準は json)', en: 'form of the log (default: json)' } },
  },
  example: 'sekisho serve --config /etc/sekisho/sekisho.toml',
  notes: {
    ja: 'ログは標準出力に 1 行 1 件の JSON で書きます。SIGTERM で処理中のものを終えて止まり、2 度目でただちに止まります。',
    en: 'The log goes to standard output, a JSON object on each line. SIGTERM drains and stops; a second one stops at once.',
  },
  isReader: false,
  async run(context) {
    const form = context.option('log');
    if (form !== null && form !== 'json' && form !== 'pretty')
      throw new UsageError({ ja: `--log に「${form}」は使えません`, en: `Cannot use "${form}" as --log` }, 'serve');
    const given = context.config();
    const config = { ...given, log: { ...given.log, pretty: form === null ? given.log.pretty : form === 'pretty' } };
    const { serve } = await import('@sekisho/server');
    const stopped = stopSignal();
    const serving = await serve(config);
    try {
      if ((await Promise.race([serving.ready.then(() => null), stopped])) === null) {
        sayWhere(context, config);
        await stopped;
      }
    } catch (error) {
      await serving.stop();
      throw error;
    }
    const since = Date.now();
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.on(signal, () => {
        if (Date.now() - since < ONE_PRESS_MS) return;
        for (const { pid } of serving.processes()) if (pid !== null) process.kill(pid, 'SIGKILL');
        process.exit(EXIT.failed);
      });
    context.say({ ja: '停止しています。', en: 'stopping.' });
    await serving.stop();
    return EXIT.good;
  },
};
