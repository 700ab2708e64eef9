import type { Json, Sentence } from '@sekisho/terms';
import { actionNamed, conditionNamed } from './catalogue.ts';
import { type Condition, isConditionUse, type Rule } from './rule.ts';
import { memberOf } from './subject.ts';

type Language = keyof Sentence;

const JAPANESE: Readonly<Record<string, string>> = {
  reception: '受信',
  submission: '送信',
  clean: '検出なし',
  infected: '感染',
  unscannable: '検査不能',
  'not-scanned': '検査なし',
  pass: '合格',
  fail: '不合格',
  none: 'なし',
  temperror: '一時的なエラー',
  permerror: '恒久的なエラー',
  quarantine: '隔離',
  reject: '拒否',
  sun: '日',
  mon: '月',
  tue: '火',
  wed: '水',
  thu: '木',
  fri: '金',
  sat: '土',
};

function formatValue(value: Json | undefined, language: Language, isFreeText: boolean): string {
  if (value === undefined) return '';
  if (Array.isArray(value))
    return value.map((one: Json) => formatValue(one, language, isFreeText)).join(language === 'ja' ? '・' : ', ');
  if (typeof value !== 'string') return JSON.stringify(value);
  return language === 'ja' && !isFreeText && Object.hasOwn(JAPANESE, value) ? JAPANESE[value]! : value;
}

const FREE_TEXT = new Set(['text', 'field', 'reason', 'value', 'fact', 'path', 'domains', 'addresses']);

function fill(template: Sentence, parameters: Json): Sentence {
  const filled = (language: Language) =>
    template[language]
      .replace(/\{(\w+)\}/g, (_, name: string) =>
        formatValue(memberOf(parameters, name), language, FREE_TEXT.has(name)),
      )
      .trimEnd();
  return { ja: filled('ja'), en: filled('en') };
}

const both = (make: (language: Language) => string): Sentence => ({ ja: make('ja'), en: make('en') });

/** A condition as people say it. */
export function describeCondition(condition: Condition): Sentence {
  if (isConditionUse(condition)) return fill(conditionNamed(condition.name)!.sentence, condition.with);
  if ('not' in condition) {
    const inner = describeCondition(condition.not);
    return { ja: `「${inner.ja}」ではない`, en: `not (${inner.en})` };
  }
  const parts = ('all' in condition ? condition.all : condition.any).map(describeCondition);
  if (parts.length === 0)
    return 'all' in condition
      ? { ja: 'すべてのメール', en: 'any message' }
      : { ja: 'どのメールでもない', en: 'no message' };
  if (parts.length === 1) return parts[0]!;
  const word = 'all' in condition ? { ja: '、かつ', en: ' and ' } : { ja: '、または', en: ' or ' };
  return both((language) => parts.map((part) => `(${part[language]})`).join(word[language]));
}

/** A rule as people say it; the reason in its own words where it has them. */
export function describeRule(rule: Rule): Sentence {
  const action = fill(actionNamed(rule.action.name)!.sentence, rule.action.with);
  const condition = rule.about ?? describeCondition(rule.when);
  return both((language) => `${condition[language]} → ${action[language]}`);
}
