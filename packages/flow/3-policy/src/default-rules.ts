import type { Rule } from './rule.ts';

const infected: Rule = {
  id: 'infected',
  about: { ja: 'ウイルスが見つかった', en: 'a virus was found' },
  when: { name: 'antivirus/verdict', with: { is: ['infected'] } },
  action: { name: 'quarantine', with: { reason: 'infected' } },
};

const notInspected: Rule = {
  id: 'not-inspected',
  about: { ja: 'メールを検査できなかった', en: 'the message could not be inspected' },
  when: { name: 'inspection/failed', with: {} },
  action: { name: 'quarantine', with: { reason: 'not-inspected' } },
};

/** What no tenant can soften: nothing infected and nothing uninspected goes on by itself. */
export const floorRules: readonly Rule[] = [infected, notInspected];

/** What a tenant begins with and may change. */
export const defaultRules: readonly Rule[] = [
  infected,
  notInspected,
  {
    id: 'unscannable',
    about: { ja: 'ウイルス検査ができない内容を含む', en: 'some content cannot be scanned for viruses' },
    when: { name: 'antivirus/verdict', with: { is: ['unscannable'] } },
    action: { name: 'quarantine', with: { reason: 'unscannable' } },
  },
  {
    id: 'dmarc-reject',
    about: {
      ja: '差出人のドメインを名乗る資格が確認できず、そのドメインが拒否を求めている(DMARC)',
      en: 'the author’s domain is not authenticated and asks for rejection (DMARC)',
    },
    when: {
      all: [
        { name: 'direction', with: { is: 'reception' } },
        { name: 'auth/dmarc', with: { result: ['fail'], policy: ['reject'] } },
      ],
    },
    action: {
      name: 'reject',
      with: { code: 550, enhanced: '5.7.1', text: "Rejected by the DMARC policy of the author's domain" },
    },
  },
  {
    id: 'default',
    about: { ja: '止める理由がない', en: 'nothing speaks against it' },
    when: { name: 'always', with: {} },
    action: { name: 'deliver', with: {} },
  },
];
