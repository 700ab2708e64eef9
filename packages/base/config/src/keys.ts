import type { Sentence } from '@sekisho/terms';
import { type ZodType, z } from 'zod';

/** A key of the configuration file: what must be known before a database opens. */
export interface ConfigKey<T> extends Sentence {
  readonly schema: ZodType<T>;
  readonly default: T;
  /** The variable of the environment that goes before the file. */
  readonly env?: string;
}

const key = <T>(schema: ZodType<T>, value: NoInfer<T>, en: string, ja: string, env?: string): ConfigKey<T> => ({
  schema,
  default: value,
  en,
  ja,
  ...(env === undefined ? {} : { env }),
});

const port = z.int().min(0).max(65_535);
const text = z.string().min(1);
const optional = z.string().min(1).nullable();
const count = (from: number, to: number) => z.int().min(from).max(to);
const host = z.string().regex(/^[0-9a-zA-Z.:_-]+$/, 'must be an address or a host name');
const publicUrl = z
  .url({ protocol: /^https?$/ })
  .nullable()
  .refine((url) => url === null || !url.endsWith('/'), 'must not end in "/"');

/** Every key of `sekisho.toml`, by its dotted name. */
export const configKeys = {
  data: key(
    text,
    './data',
    'Folder of all data; relative to the configuration file.',
    'すべてのデータを置くフォルダー。相対パスは設定ファイルの場所から数えます。',
    'SEKISHO_DATA',
  ),
  hostname: key(
    z
      .string()
      .regex(/^[0-9a-z.-]+$/i, 'must be a host name')
      .nullable(),
    null,
    "Name of this host in greetings and trace fields; without it, the machine's own name.",
    'SMTP の応答とトレースヘッダーで名乗るホスト名。省略するとこの機械の名前です。',
    'SEKISHO_HOSTNAME',
  ),
  public_url: key(
    publicUrl,
    null,
    'Address under which people reach the web pages, without a final slash.',
    '利用者が Web 画面を開くときのアドレス(末尾のスラッシュなし)。',
    'SEKISHO_PUBLIC_URL',
  ),
  run_as: key(
    optional,
    null,
    'User to become after the ports are bound, when started as root.',
    'root で起動したとき、ポートを開いた後に切り替わるユーザー。',
  ),
  'root_key.file': key(
    text,
    './root.key',
    'File of the root key, outside the data folder; made at the first start. Losing it loses everything.',
    'ルート鍵のファイル。データフォルダーの外に置きます。初回起動時に作られ、失うとすべてのデータを失います。',
    'SEKISHO_ROOT_KEY_FILE',
  ),
  'root_key.env': key(
    optional,
    null,
    'Name of a variable of the environment that holds the root key instead of a file.',
    'ファイルの代わりにルート鍵を持つ環境変数の名前。',
  ),
  'smtp.host': key(
    host,
    '::',
    'Address to listen on for mail from other hosts.',
    '他のホストからのメールを受け付けるアドレス。',
  ),
  'smtp.port': key(
    port,
    2525,
    'Port for mail from other hosts (25 in service).',
    '他のホストからのメールを受け付けるポート(本番では 25)。',
    'SEKISHO_SMTP_PORT',
  ),
  'submission.host': key(
    host,
    '::',
    'Address to listen on for mail from our users.',
    '利用者からのメールを受け付けるアドレス。',
  ),
  'submission.port': key(
    port,
    2587,
    'Port for mail from our users with STARTTLS (587 in service).',
    '利用者からのメールを STARTTLS で受け付けるポート(本番では 587)。',
    'SEKISHO_SUBMISSION_PORT',
  ),
  'submissions.host': key(
    host,
    '::',
    'Address to listen on for mail from our users with TLS from the first octet.',
    '利用者からのメールを最初から TLS で受け付けるアドレス。',
  ),
  'submissions.port': key(
    port,
    2465,
    'Port for mail from our users with TLS from the first octet (465 in service).',
    '利用者からのメールを最初から TLS で受け付けるポート(本番では 465)。',
    'SEKISHO_SUBMISSIONS_PORT',
  ),
  'http.host': key(host, '127.0.0.1', 'Address to listen on for HTTP.', 'HTTP を受け付けるアドレス。'),
  'http.port': key(port, 8480, 'Port for HTTP.', 'HTTP を受け付けるポート。', 'SEKISHO_HTTP_PORT'),
  'tls.certificate': key(
    optional,
    null,
    'File of the certificate chain (PEM); read again when it changes. Without it there is no TLS.',
    '証明書チェーンのファイル(PEM)。変更されると読み直します。省略すると TLS は使えません。',
  ),
  'tls.key': key(optional, null, "File of the certificate's private key (PEM).", '証明書の秘密鍵のファイル(PEM)。'),
  'log.level': key(
    z.enum(['debug', 'info', 'warn', 'error']),
    'info',
    'The least important events that are logged.',
    '記録するイベントの最低の重要度。',
    'SEKISHO_LOG_LEVEL',
  ),
  'log.pretty': key(
    z.boolean(),
    false,
    'Lines for people instead of JSON.',
    'JSON の代わりに人が読みやすい行で記録します。',
  ),
  'log.lines_per_second': key(
    count(1, 100_000),
    100,
    'Lines of one kind of event in a second; what is above is counted.',
    '同じ種類のイベントを 1 秒間に記録する行数。超えた分は数だけを記録します。',
  ),
  'dns.servers': key(
    z.array(z.string().min(1)),
    [],
    "DNS servers to ask (`192.0.2.1` or `192.0.2.1:5353`); none means the machine's own.",
    '問い合わせる DNS サーバー(`192.0.2.1` または `192.0.2.1:5353`)。空なら機械の設定に従います。',
  ),
  'dns.zones_file': key(
    optional,
    null,
    'JSON file of zones that answer instead of DNS; nobody else is asked. For demonstrations and drills.',
    'DNS の代わりに答えるゾーンの JSON ファイル。外部には問い合わせません。デモと訓練のための設定です。',
  ),
  'dns.cache_entries': key(
    count(0, 10_000_000),
    50_000,
    'Answers of DNS that are remembered.',
    '記憶する DNS の回答の数。',
  ),
  'dns.cache_ttl_seconds': key(
    count(0, 86_400),
    300,
    'How long an answer of DNS is remembered, in seconds.',
    'DNS の回答を記憶する秒数。',
  ),
  'dns.failure_ttl_seconds': key(
    count(0, 86_400),
    60,
    'How long it is remembered that a name does not exist, in seconds.',
    '名前が存在しないことを記憶する秒数。',
  ),
  'delivery.only_loopback': key(
    z.boolean(),
    false,
    'Refuse to deliver to any host but this machine.',
    'この機械以外のホストへの配送をすべて拒みます。',
  ),
  'clamd.disabled': key(
    z.boolean(),
    false,
    'Run without antivirus; otherwise mail that could not be scanned is quarantined.',
    'ウイルス検査なしで動かします。そうでなければ、検査できなかったメールは隔離されます。',
  ),
  'clamd.socket': key(optional, null, 'Path of the socket of clamd.', 'clamd のソケットのパス。'),
  'clamd.host': key(
    host,
    '127.0.0.1',
    'Address of clamd, when no socket is named.',
    'clamd のアドレス(ソケットを指定しないとき)。',
  ),
  'clamd.port': key(port, 3310, 'Port of clamd.', 'clamd のポート。'),
  'processes.scan': key(
    count(0, 64),
    0,
    'Processes that inspect mail; 0 means as many as processors, at least one.',
    'メールを検査するプロセスの数。0 ならプロセッサーの数(最低 1)。',
  ),
  'processes.writers': key(
    count(0, 16),
    0,
    "Threads that write tenants' databases; 0 means one for each four processors.",
    'テナントのデータベースに書き込むスレッドの数。0 ならプロセッサー 4 つにつき 1 つ。',
  ),
  'limits.open_databases': key(
    count(1, 100_000),
    1000,
    "Tenants' database files open at once, for each writer.",
    '書き込みスレッドごとに同時に開いておくテナントのデータベースの数。',
  ),
  'limits.warm_databases': key(
    count(1, 10_000),
    64,
    'How many of these keep pages in memory.',
    'そのうちページをメモリーに置いておく数。',
  ),
  'limits.database_cache_kib': key(
    count(64, 1_048_576),
    1024,
    'Pages in memory for each of these, in KiB.',
    'それぞれがメモリーに置くページの量(KiB)。',
  ),
  'limits.segment_mib': key(
    count(1, 1024),
    64,
    'Size of a segment of the spool, in MiB.',
    'スプールの 1 セグメントの大きさ(MiB)。',
  ),
  'limits.reserve_mib': key(
    count(16, 1_048_576),
    256,
    'Free space of the volume below which no mail is accepted, in MiB.',
    '空き容量がこれを下回るとメールを受け付けなくなる量(MiB)。',
  ),
  'limits.stop_seconds': key(count(1, 60), 10, 'How long a stop may take, in seconds.', '停止にかけてよい秒数。'),
} as const;

/** The dotted name of a key. */
export type ConfigName = keyof typeof configKeys;

/** The value of each key. */
export type ConfigValues = {
  readonly [Name in ConfigName]: (typeof configKeys)[Name] extends ConfigKey<infer T> ? T : never;
};
