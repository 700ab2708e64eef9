import { z } from 'zod';
import { NotAnInspectionError } from './errors.ts';
import { INSPECTION_VERSION, type Inspection } from './inspection.ts';

/** No honest reply comes near these. */
const MAX = {
  treeOctets: 32 * 1024 * 1024,
  facts: 1000,
  factName: 64,
  jsonNodes: 20_000,
  jsonDepth: 8,
  text: 8192,
  people: 10_000,
  peopleTexts: 8 * 1024 * 1024,
  words: 64 * 1024 * 1024,
  omitted: 10_000,
};

const FACT_NAME = /^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/;
const KEYS = ['version', 'tree', 'facts', 'summary', 'words', 'omitted', 'indexedAll'];
const SUMMARY_KEYS = ['subject', 'from', 'to', 'cc', 'date', 'messageId', 'attachmentCount'];
const WORDS_KEYS = ['subject', 'from', 'to', 'body', 'names', 'attached'];

type Loose = Readonly<Record<string, unknown>>;

/**
 * Takes an untrusted reply of a scan process as an inspection, or throws {@link NotAnInspectionError}. Written by hand:
 * it runs for each message in the core, and must be bounded whatever comes.
 */
export function checkInspection(value: unknown): Inspection {
  const fault = faultOf(value);
  if (fault !== null) throw new NotAnInspectionError(fault);
  return value as Inspection;
}

/** The same check for whoever speaks zod. */
export const inspectionSchema: z.ZodType<Inspection> = z.custom<Inspection>((value) => faultOf(value) === null, {
  error: 'not an inspection',
});

/** The place of the first fault, or `null`. */
function faultOf(value: unknown): string | null {
  if (!hasExactly(value, KEYS)) return 'keys';
  if (value['version'] !== INSPECTION_VERSION) return 'version';
  const { tree } = value;
  if (!(tree instanceof Uint8Array) || tree.length > MAX.treeOctets) return 'tree';
  if (typeof value['indexedAll'] !== 'boolean') return 'indexedAll';
  return (
    (areFacts(value['facts']) ? null : 'facts') ??
    (isSummary(value['summary']) ? null : 'summary') ??
    (areWords(value['words']) ? null : 'words') ??
    (areRanges(value['omitted']) ? null : 'omitted')
  );
}

function areFacts(value: unknown): boolean {
  if (!Array.isArray(value) || value.length > MAX.facts) return false;
  const nodes = { left: MAX.jsonNodes };
  return value.every(
    (fact) =>
      hasExactly(fact, ['name', 'value']) &&
      isText(fact['name'], MAX.factName) &&
      FACT_NAME.test(fact['name']) &&
      isJson(fact['value'], MAX.jsonDepth, nodes),
  );
}

function isJson(value: unknown, depth: number, nodes: { left: number }): boolean {
  if (--nodes.left < 0 || depth < 0) return false;
  if (value === null || typeof value === 'boolean') return true;
  if (typeof value === 'string') return value.length <= MAX.text;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (!isJson(value[i], depth - 1, nodes)) return false;
    return true;
  }
  if (!isPlain(value)) return false;
  for (const key in value) {
    if (key.length > MAX.factName || key === '__proto__' || !isJson(value[key], depth - 1, nodes)) return false;
  }
  return true;
}

function isSummary(value: unknown): boolean {
  if (!hasExactly(value, SUMMARY_KEYS)) return false;
  const { subject, date, messageId, attachmentCount } = value;
  return (
    isText(subject, MAX.peopleTexts) &&
    (date === null || (typeof date === 'number' && Number.isFinite(date))) &&
    (messageId === null || isText(messageId, MAX.text)) &&
    isCount(attachmentCount) &&
    arePeople(value['from']) &&
    arePeople(value['to']) &&
    arePeople(value['cc'])
  );
}

function arePeople(value: unknown): boolean {
  if (!Array.isArray(value) || value.length > MAX.people) return false;
  let left = MAX.peopleTexts;
  return value.every((one) => {
    if (!isPlain(one) || typeof one['address'] !== 'string') return false;
    const { name, address } = one;
    if (name !== null && name !== undefined && typeof name !== 'string') return false;
    left -= address.length + (name?.length ?? 0);
    return left >= 0;
  });
}

function areWords(value: unknown): boolean {
  return hasExactly(value, WORDS_KEYS) && WORDS_KEYS.every((key) => isText(value[key], MAX.words));
}

/** In order, none overlapping another. */
function areRanges(value: unknown): boolean {
  if (!Array.isArray(value) || value.length > MAX.omitted) return false;
  let end = 0;
  return value.every((range) => {
    if (!Array.isArray(range) || range.length !== 2) return false;
    const [from, to] = range as unknown[];
    if (!isCount(from) || !isCount(to) || from < end || to <= from) return false;
    end = to;
    return true;
  });
}

const isText = (value: unknown, max: number): value is string => typeof value === 'string' && value.length <= max;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function isPlain(value: unknown): value is Loose {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function hasExactly(value: unknown, keys: readonly string[]): value is Loose {
  if (!isPlain(value)) return false;
  let count = 0;
  for (const key in value) {
    if (!keys.includes(key)) return false;
    count += 1;
  }
  return count === keys.length;
}
