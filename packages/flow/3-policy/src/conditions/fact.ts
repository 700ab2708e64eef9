import type { Json } from '@sekisho/terms';
import { z } from 'zod';
import { condition, includesAll } from '../catalogue-entry.ts';
import { FACT, isSameJson, isTold, someFact } from '../facts.ts';
import { memberOf } from '../subject.ts';

const name = z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, { error: 'not the name of a fact: expected "room/subject"' });
const words = z.array(z.string().min(1).max(64)).min(1).max(64);
const dmarcResult = z.enum(['pass', 'fail', 'none', 'temperror', 'permerror']);
const dmarcPolicy = z.enum(['none', 'quarantine', 'reject']);

/** What the domain asks for; while its owner only tries that out (t=y, RFC 9989 §4.7), the next milder policy. */
function askedPolicy(value: Json): Json {
  const policy = memberOf(value, 'policy') ?? 'none';
  if (memberOf(value, 'testing') !== true) return policy;
  return policy === 'reject' ? 'quarantine' : 'none';
}

/** Conditions on what inspection found. */
export const factConditions = [
  condition({
    name: 'fact/equals',
    schema: z.strictObject({
      fact: name,
      path: z.array(z.string().max(64)).max(8).default([]),
      value: z.json() as z.ZodType<Json>,
    }),
    sentence: { ja: '検査結果「{fact}」{path} が {value}', en: 'the fact {fact} {path} is {value}' },
    holds: (q, { facts }) =>
      (facts.get(q.fact) ?? []).some((value) =>
        isSameJson(
          q.path.reduce<Json | undefined>((inner, key) => memberOf(inner, key), value),
          q.value,
        ),
      ),
  }),
  condition({
    name: 'fact/present',
    schema: z.strictObject({ fact: name }),
    sentence: { ja: '検査結果「{fact}」がある', en: 'the fact {fact} was found' },
    holds: (q, { facts }) => isTold(facts, q.fact),
  }),
  condition({
    name: 'antivirus/verdict',
    schema: z.strictObject({ is: z.array(z.enum(['clean', 'infected', 'unscannable', 'not-scanned'])).min(1) }),
    sentence: { ja: 'ウイルス検査の結果が「{is}」', en: 'the antivirus verdict is {is}' },
    holds: (q, { facts }) => someFact(facts, FACT.antivirus, 'state', q.is),
    covers: (outer, inner) => includesAll(outer.is, inner.is),
  }),
  condition({
    name: 'auth/dmarc',
    schema: z.strictObject({
      result: z.array(dmarcResult).min(1),
      policy: z.array(dmarcPolicy).min(1).default(['none', 'quarantine', 'reject']),
    }),
    sentence: {
      ja: 'DMARC の結果が「{result}」で、送信元ドメインの方針が「{policy}」',
      en: 'the DMARC result is {result} and the policy of the author’s domain is {policy}',
    },
    holds: (q, { facts }) =>
      (facts.get(FACT.dmarc) ?? []).some((value) => {
        const result = memberOf(value, 'result');
        const policy = askedPolicy(value);
        return (q.result as readonly Json[]).includes(result!) && (q.policy as readonly Json[]).includes(policy);
      }),
    covers: (outer, inner) => includesAll(outer.result, inner.result) && includesAll(outer.policy, inner.policy),
  }),
  condition({
    name: 'message/ambiguous',
    schema: z.strictObject({}),
    sentence: {
      ja: 'メールの構造が二通り以上に読める',
      en: 'the structure of the message can be read in several ways',
    },
    holds: (_q, { facts }) => isTold(facts, FACT.ambiguity),
  }),
  condition({
    name: 'message/over-limit',
    schema: z.strictObject({ limits: words.optional() }),
    sentence: { ja: '検査の上限を超えた {limits}', en: 'a limit of inspection was exceeded {limits}' },
    holds: (q, { facts }) =>
      q.limits ? someFact(facts, FACT.overLimit, 'limit', q.limits) : isTold(facts, FACT.overLimit),
    covers: (outer, inner) =>
      outer.limits === undefined || (inner.limits !== undefined && includesAll(outer.limits, inner.limits)),
  }),
  condition({
    name: 'inspection/failed',
    schema: z.strictObject({}),
    sentence: { ja: 'メールを検査できなかった', en: 'the message could not be inspected' },
    holds: (_q, { facts }) => isTold(facts, FACT.failed),
  }),
];
