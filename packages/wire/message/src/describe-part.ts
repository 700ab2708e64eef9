import { type BoundaryReadings, readBoundary } from './boundary-of.ts';
import { headerText } from './header-text.ts';
import type { ParseState } from './parse-state.ts';
import { type ParameterReading, readParameter } from './rfc2231.ts';
import { parseStructuredValue, type StructuredValue } from './structured-value.ts';
import type { Field, TransferEncoding } from './tree.ts';
import { unfoldField } from './unfold-field.ts';

/** What the fields of an entity say about it. Where they say two things, the first is taken and both are told. */
export interface Description {
  readonly type: string;
  readonly subtype: string;
  readonly charset?: string;
  readonly parameters: Record<string, string>;
  readonly encoding: TransferEncoding;
  readonly disposition?: string;
  readonly name?: string;
  readonly otherNames?: string[];
  readonly contentId?: string;
  readonly boundary: BoundaryReadings;
  /** Encodings that other readers would undo. */
  readonly otherEncodings: readonly TransferEncoding[];
}

/** The fields that describe a body, in the order in which they stand. */
export interface ContentFields {
  readonly types: readonly Field[];
  readonly encodings: readonly Field[];
  readonly dispositions: readonly Field[];
  readonly ids: readonly Field[];
}

const NOTHING: readonly Field[] = [];

export function contentFields(fields: readonly Field[]): ContentFields {
  const found: Record<string, Field[]> = {};
  for (const field of fields) {
    if (field.name.startsWith('content-')) (found[field.name] ??= []).push(field);
  }
  return {
    types: found['content-type'] ?? NOTHING,
    encodings: found['content-transfer-encoding'] ?? NOTHING,
    dispositions: found['content-disposition'] ?? NOTHING,
    ids: found['content-id'] ?? NOTHING,
  };
}

const ENCODINGS: Record<string, TransferEncoding> = {
  '7bit': '7bit',
  '7-bit': '7bit',
  '8bit': '8bit',
  '8-bit': '8bit',
  binary: 'binary',
  base64: 'base64',
  'quoted-printable': 'quoted-printable',
  'x-uuencode': 'uuencode',
  uuencode: 'uuencode',
  'x-uue': 'uuencode',
  uue: 'uuencode',
};

function encodingOf(state: ParseState, field: Field): TransferEncoding {
  const octets = unfoldField(state.raw, field, 1_000);
  const token = parseStructuredValue(octets.toString('latin1'), 0).value;
  if (token === '' || Object.hasOwn(ENCODINGS, token)) return ENCODINGS[token] ?? '7bit';
  state.tell('transfer-encoding-unknown', field.start, token);
  return 'unknown';
}

/** The value of a field with parameters, also as a reader without Japanese would cut it. */
function structured(state: ParseState, field: Field): { value: StructuredValue; naive: StructuredValue | null } {
  const octets = unfoldField(state.raw, field, state.limits.fieldOctets);
  const text = headerText(octets);
  const value = parseStructuredValue(text, state.limits.parameters);
  if (value.tooMany) state.exceed('parameters');
  const plain = octets.toString('latin1');
  if (plain === text || !/[\x1b\x80-\xff]/.test(plain)) return { value, naive: null };
  const naive = parseStructuredValue(plain, state.limits.parameters);
  const shape = (reading: StructuredValue) => reading.parameters.map((parameter) => parameter.name).join(';');
  if (shape(naive) === shape(value)) return { value, naive: null };
  state.tell('multibyte-quoting', field.start, field.name);
  return { value, naive };
}

const TYPE = /^([^/\s]+)\/([^/\s]+)$/;

function extension(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot === -1 ? '' : name.slice(dot + 1).toLowerCase();
}

function namesOf(state: ParseState, readings: readonly ParameterReading[], at: number) {
  const names = [...new Set(readings.map((reading) => reading.text))].filter((name) => name !== '');
  const [name, ...otherNames] = names;
  if (name === undefined) return {};
  if (otherNames.length === 0) return { name };
  if (otherNames.some((other) => extension(other) !== extension(name)))
    state.tell('name-conflict', at, names.join(' '));
  return { name, otherNames };
}

function parametersOf(value: StructuredValue): Record<string, string> {
  const parameters: Record<string, string> = Object.create(null);
  for (const { name } of value.parameters) {
    const star = name.indexOf('*');
    const base = star === -1 ? name : name.slice(0, star);
    if (base === '' || Object.hasOwn(parameters, base)) continue;
    parameters[base] =
      base === 'boundary'
        ? (value.parameters.find((parameter) => parameter.name === base)?.value ?? '')
        : (readParameter(value.parameters, base)[0]?.text ?? '');
  }
  return parameters;
}

/** How an entity without (a readable) Content-Type is read (RFC 2045 §5.2, RFC 2046 §5.1.5). */
export function defaultType(insideDigest: boolean): readonly [type: string, subtype: string] {
  return insideDigest ? ['message', 'rfc822'] : ['text', 'plain'];
}

/** Puts together what `content` says; `typeField` is the Content-Type to follow, if not the first. */
export function describePart(
  state: ParseState,
  content: ContentFields,
  insideDigest: boolean,
  typeField: Field | null = content.types[0] ?? null,
): Description {
  const names: ParameterReading[] = [];
  let [type, subtype] = defaultType(insideDigest);
  let parameters: Record<string, string> = Object.create(null);
  let boundary: BoundaryReadings = { boundary: null, others: [] };
  let disposition: string | undefined;
  const [dispositionField] = content.dispositions;
  for (const field of content.dispositions) {
    const { value, naive } = structured(state, field);
    disposition ??= value.value || undefined;
    names.push(...readParameter(value.parameters, 'filename'));
    if (naive !== null) names.push(...readParameter(naive.parameters, 'filename'));
  }
  if (typeField !== null) {
    const { value, naive } = structured(state, typeField);
    const match = TYPE.exec(value.value);
    if (match !== null) [type, subtype] = [match[1]!, match[2]!];
    else state.tell('content-type-broken', typeField.start, value.value);
    parameters = parametersOf(value);
    names.push(...readParameter(value.parameters, 'name'));
    if (naive !== null) names.push(...readParameter(naive.parameters, 'name'));
    if (type === 'multipart') {
      boundary = readBoundary(state, value, typeField.start);
      const hidden = naive === null ? null : readBoundary(state, naive, typeField.start).boundary;
      if (hidden !== null) boundary = { ...boundary, others: [...boundary.others, hidden] };
    }
  }
  const encodings = content.encodings.map((field) => encodingOf(state, field));
  const [encoding = '7bit', ...otherEncodings] = encodings;
  const [idField] = content.ids;
  const contentId =
    idField === undefined ? undefined : unfoldField(state.raw, idField, 1_000).toString('latin1').replace(/^<|>$/g, '');
  return {
    type,
    subtype,
    ...(parameters['charset'] === undefined ? {} : { charset: parameters['charset'].toLowerCase() }),
    parameters,
    encoding,
    ...(disposition === undefined ? {} : { disposition }),
    ...namesOf(state, names, (dispositionField ?? typeField)?.start ?? 0),
    ...(contentId ? { contentId } : {}),
    boundary,
    otherEncodings: otherEncodings.filter((other) => other !== encoding),
  };
}
