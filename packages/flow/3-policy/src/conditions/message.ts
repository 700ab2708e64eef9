import type { Json } from '@sekisho/terms';
import { z } from 'zod';
import { condition, includesAll } from '../catalogue-entry.ts';
import { FACT, isTold } from '../facts.ts';
import { memberOf, textOf } from '../subject.ts';

const octets = z.int().min(0).max(1_000_000_000);
const mediaTypes = z
  .array(
    z
      .string()
      .max(127)
      .toLowerCase()
      .regex(/^[a-z0-9][a-z0-9!#$&^_.+-]*\/(\*|[a-z0-9][a-z0-9!#$&^_.+-]*)$/, {
        error: 'not a media type: expected "application/pdf" or "image/*"',
      }),
  )
  .min(1)
  .max(200);

const matchesType = (patterns: readonly string[], type: string) =>
  patterns.some((one) => (one.endsWith('/*') ? type.startsWith(one.slice(0, -1)) : one === type));

const fold = (text: string) => text.normalize('NFKC').toLowerCase();

function fieldValues(value: Json, field: string): string[] {
  const found = memberOf(value, field.toLowerCase());
  return (Array.isArray(found) ? found : [found]).filter((one) => typeof one === 'string');
}

/** Conditions on the message itself. */
export const messageConditions = [
  condition({
    name: 'message/size',
    schema: z
      .strictObject({ atLeastOctets: octets.default(0), belowOctets: octets.optional() })
      .refine((q) => q.belowOctets === undefined || q.belowOctets > q.atLeastOctets, {
        error: 'no size fits: belowOctets must be more than atLeastOctets',
      }),
    sentence: {
      ja: 'メールの大きさが {atLeastOctets} オクテット以上 {belowOctets} オクテット未満',
      en: 'the size is at least {atLeastOctets} and below {belowOctets} octets',
    },
    holds: (q, { facts }) => {
      const size = facts.get(FACT.size)?.[0];
      return typeof size === 'number' && size >= q.atLeastOctets && size < (q.belowOctets ?? Number.POSITIVE_INFINITY);
    },
    covers: (outer, inner) =>
      outer.atLeastOctets <= inner.atLeastOctets &&
      (inner.belowOctets ?? Number.POSITIVE_INFINITY) <= (outer.belowOctets ?? Number.POSITIVE_INFINITY),
  }),
  condition({
    name: 'header/contains',
    schema: z.strictObject({
      field: z.string().regex(/^[!-9;-~]{1,77}$/, { error: 'not the name of a header field' }),
      text: z.string().min(1).max(1000),
    }),
    sentence: { ja: 'ヘッダー「{field}」に「{text}」を含む', en: 'the header field {field} contains {text}' },
    holds: (q, { facts }) => {
      const wanted = fold(q.text);
      const fields = (facts.get(FACT.fields) ?? []).flatMap((value) => fieldValues(value, q.field));
      return fields.some((text) => fold(text).includes(wanted));
    },
    covers: (outer, inner) =>
      outer.field.toLowerCase() === inner.field.toLowerCase() && fold(inner.text).includes(fold(outer.text)),
  }),
  condition({
    name: 'attachment/type',
    schema: z.strictObject({ types: mediaTypes }),
    sentence: { ja: '添付ファイルの種類が「{types}」', en: 'an attachment is of type {types}' },
    holds: (q, { facts }) =>
      (facts.get(FACT.attachmentType) ?? []).some((value) =>
        (Array.isArray(value) ? value : [value]).some((one: Json) => matchesType(q.types, textOf(one, 'type') ?? '')),
      ),
    covers: (outer, inner) => includesAll(outer.types, inner.types),
  }),
  condition({
    name: 'attachment/encrypted',
    schema: z.strictObject({}),
    sentence: { ja: '添付ファイルが暗号化されている', en: 'an attachment is encrypted' },
    holds: (_q, { facts }) => isTold(facts, FACT.encrypted),
  }),
];
