import { z } from 'zod';
import { type Setting, whole } from './setting.ts';

const retryMinutes: Setting<readonly number[]> = {
  scope: 'installation',
  unit: 'minutes',
  default: [1, 5, 10, 20, 30, 60, 120, 240],
  schema: z.array(z.int().min(1).max(1440)).min(1).max(50).readonly(),
  en: 'Waits between attempts of delivery, one after the other; the last one repeats.',
  ja: '配送を再び試みるまでの間隔。順に使い、最後の値を繰り返します。',
};

const retentionClass: Setting<string> = {
  scope: 'tenant',
  unit: 'none',
  default: 'standard',
  schema: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be lower-case letters, digits and "-", 32 at most'),
  en: 'Class under which the bodies of mail that comes in are kept; those of one class lie together.',
  ja: '届いたメールの本文を保存する区分。同じ区分の本文は一緒に保管されます。',
};

/** What happens to mail that waits. */
export const waitingSettings = {
  'quarantine.days': whole(
    'tenant',
    'days',
    14,
    [1, 365],
    'How long mail that is stopped from now on stays in quarantine before it is deleted, with a trace.',
    'これから隔離するメールを残しておく日数。過ぎると記録を残して削除します。',
  ),
  'queue.retry-minutes': retryMinutes,
  'queue.lifetime-hours': whole(
    'installation',
    'hours',
    120,
    [1, 720],
    'How long delivery is attempted (RFC 5321 §4.5.4.1: four to five days).',
    '配送を試み続ける時間(RFC 5321 §4.5.4.1 では 4 日から 5 日)。',
  ),
  'queue.delay-notice-hours': whole(
    'installation',
    'hours',
    4,
    [0, 720],
    'When the sender is told of a delay; 0 means never.',
    '送信者に遅れを知らせるまでの時間。0 なら知らせません。',
  ),
  'queue.destination-connections': whole(
    'installation',
    'pieces',
    10,
    [1, 1000],
    'Connections to one destination at once.',
    '1 つの配送先へ同時に開く接続の数。',
  ),
  'queue.connection-messages': whole(
    'installation',
    'pieces',
    100,
    [1, 10_000],
    'Messages over one connection to a destination.',
    '配送先への 1 つの接続で送るメールの数。',
  ),
  'queue.connect-seconds': whole(
    'installation',
    'seconds',
    30,
    [1, 300],
    'How long a connection to a destination may take.',
    '配送先への接続にかけてよい秒数。',
  ),
  'queue.reply-seconds': whole(
    'installation',
    'seconds',
    300,
    [10, 1200],
    'How long a reply of a destination is awaited (RFC 5321 §4.5.3.2).',
    '配送先の応答を待つ秒数(RFC 5321 §4.5.3.2)。',
  ),
  'queue.lease-seconds': whole(
    'installation',
    'seconds',
    900,
    [60, 7200],
    'How long a delivery belongs to the one who attempts it.',
    '配送の試みを 1 つの担当に任せておく秒数。',
  ),
  'archive.retention-class': retentionClass,
} as const;
