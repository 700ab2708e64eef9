import type { ParseState } from './parse-state.ts';
import { readParameter } from './rfc2231.ts';
import type { StructuredValue } from './structured-value.ts';

const LONGEST_BOUNDARY = 1_000;

/** The boundary we follow, and those that other readers of the same Content-Type would. */
export interface BoundaryReadings {
  readonly boundary: string | null;
  readonly others: readonly string[];
}

/** What a reader that knows no comments takes for a boundary inside one. */
function boundaryInComment(comment: string): string | null {
  const at = comment.toLowerCase().indexOf('boundary=');
  if (at === -1) return null;
  const rest = comment.slice(at + 'boundary='.length);
  const match = /^"([^"]*)"|^([^;\s()]*)/.exec(rest);
  return match?.[1] ?? match?.[2] ?? null;
}

/** Reads the boundary of a multipart (RFC 2046 §5.1.1) in every way known, and tells where there is more than one. */
export function readBoundary(state: ParseState, value: StructuredValue, at: number): BoundaryReadings {
  const found: string[] = [];
  const plain = value.parameters.filter((parameter) => parameter.name === 'boundary');
  for (const parameter of plain) {
    found.push(parameter.value);
    if (parameter.whole !== parameter.value) {
      state.tell('boundary-space', at, parameter.whole);
      found.push(parameter.whole);
    } else if (/^\s|\s$/.test(parameter.value)) {
      state.tell('boundary-space', at, parameter.value);
      found.push(parameter.value.trim());
    }
    if (parameter.unescaped !== undefined) {
      state.tell('boundary-quoted-pair', at, parameter.unescaped);
      found.push(parameter.unescaped);
    }
  }
  if (plain.length > 1) state.tell('boundary-twice', at, plain.map((parameter) => parameter.value).join(' '));
  if (value.parameters.some((parameter) => parameter.name.startsWith('boundary*'))) {
    const extended = readParameter(value.parameters, 'boundary').filter((reading) => reading.form !== 'plain');
    state.tell('boundary-rfc2231', at, extended[0]?.text ?? '');
    found.push(...extended.map((reading) => reading.text));
    const bare = value.parameters.find((parameter) => parameter.name === 'boundary*0');
    if (bare !== undefined) found.push(bare.value);
  }
  for (const comment of value.comments) {
    const hidden = boundaryInComment(comment);
    if (hidden === null) continue;
    state.tell('boundary-in-comment', at, hidden);
    found.push(hidden);
  }
  if (found[0] === '') state.tell('boundary-empty', at, '');
  const usable = [...new Set(found)].filter((boundary) => boundary.length <= LONGEST_BOUNDARY);
  const [boundary, ...others] = usable;
  return { boundary: boundary ?? null, others };
}
