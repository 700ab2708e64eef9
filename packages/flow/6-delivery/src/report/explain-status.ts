import type { Sentence } from '@sekisho/terms';

/** What a status means to the sender of a message, and what the sender can do. */
export interface Explanation {
  readonly what: Sentence;
  readonly todo: Sentence;
}

const tellRecipient: Sentence = {
  ja: '別の方法で受取人に連絡し、状況を伝えてください。',
  en: 'Tell the recipient by other means.',
};
const checkAddress: Sentence = {
  ja: 'アドレスの綴りを確かめて、正しい宛先に送り直してください。',
  en: 'Check the spelling of the address and send the message again.',
};
const askAdministrator: Sentence = {
  ja: 'このレポートを添えて、自社のメール管理者に知らせてください。',
  en: 'Show this report to the mail administrator of your organisation.',
};

/** By subject and detail of the enhanced status code (RFC 3463 §3, RFC 7505 §4.2, RFC 6531 §3.5). */
const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  '1.1': {
    what: { ja: '宛先のアドレスは相手のサーバーにありません。', en: 'The address does not exist at the next server.' },
    todo: checkAddress,
  },
  '1.2': {
    what: { ja: '宛先のドメインが見つかりません。', en: 'The domain of the address does not exist.' },
    todo: checkAddress,
  },
  '1.3': {
    what: { ja: '宛先のアドレスの形が正しくありません。', en: 'The address is not well-formed.' },
    todo: checkAddress,
  },
  '1.10': {
    what: { ja: '宛先のドメインはメールを受け取りません。', en: 'The domain takes no mail.' },
    todo: checkAddress,
  },
  '2.1': {
    what: { ja: '宛先のメールボックスは使われていません。', en: 'The mailbox is not in use.' },
    todo: tellRecipient,
  },
  '2.2': { what: { ja: '宛先のメールボックスがいっぱいです。', en: 'The mailbox is full.' }, todo: tellRecipient },
  '3.4': {
    what: {
      ja: 'メールが相手のサーバーの上限より大きいです。',
      en: 'The message is larger than the next server takes.',
    },
    todo: {
      ja: '添付ファイルを減らすか、ファイル共有で渡してください。',
      en: 'Send smaller attachments, or share the files in another way.',
    },
  },
  '4.6': {
    what: {
      ja: '宛先のドメインの配送先がこのサーバー自身を指しています。',
      en: 'Mail for the domain would come back to this server.',
    },
    todo: askAdministrator,
  },
  '4.7': {
    what: {
      ja: '期限まで再送しましたが、届けられませんでした。',
      en: 'It was tried until the time in the queue was over.',
    },
    todo: tellRecipient,
  },
  '6.0': {
    what: {
      ja: 'メールの形式に誤りがあり、このままでは送れません。',
      en: 'The message is malformed and cannot be sent as it is.',
    },
    todo: askAdministrator,
  },
  '6.3': {
    what: {
      ja: '相手のサーバーは 8 ビットの本文を受け取れません。',
      en: 'The next server does not take 8-bit content.',
    },
    todo: askAdministrator,
  },
  '6.7': {
    what: {
      ja: '相手のサーバーは日本語などを含むアドレスを受け取れません。',
      en: 'The next server does not take addresses beyond ASCII.',
    },
    todo: { ja: '英数字のアドレスで送り直してください。', en: 'Use an address in ASCII.' },
  },
  '7': {
    what: {
      ja: '相手のサーバーの方針により拒否されました。',
      en: 'The next server refused the message for reasons of its own policy or security.',
    },
    todo: askAdministrator,
  },
  '4': {
    what: { ja: '相手のサーバーに接続できませんでした。', en: 'The next server could not be reached.' },
    todo: tellRecipient,
  },
  '': {
    what: { ja: '相手のサーバーが受け取りませんでした。', en: 'The next server did not take the message.' },
    todo: askAdministrator,
  },
};

/** The explanation of an enhanced status code, of its subject when the detail is unknown, else the general one. */
export function explainStatus(status: string | null): Explanation {
  const [, subject = '', detail = ''] = status?.split('.') ?? [];
  const find = (key: string) => (Object.hasOwn(EXPLANATIONS, key) ? EXPLANATIONS[key] : undefined);
  return find(`${subject}.${detail}`) ?? find(subject) ?? EXPLANATIONS['']!;
}
