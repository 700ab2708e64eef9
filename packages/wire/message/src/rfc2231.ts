import { decodeCharset } from './decode-charset.ts';
import { decodeHeader } from './decode-header.ts';
import type { RawParameter } from './structured-value.ts';

/** A value put together from the forms that RFC 2231 allows, best first. */
export interface ParameterReading {
  readonly text: string;
  readonly form: 'extended' | 'continued' | 'plain';
}

const SECTION = /^([^*]*)\*(\d{1,4})?(\*)?$/;

function percentOctets(text: string): Buffer {
  const source = Buffer.from(text, 'utf8');
  const octets = Buffer.allocUnsafe(source.length);
  let length = 0;
  for (let i = 0; i < source.length; i++) {
    const pair = source[i] === 0x25 ? Number.parseInt(source.toString('latin1', i + 1, i + 3), 16) : Number.NaN;
    if (source[i] === 0x25 && i + 2 < source.length && /^[0-9a-f]{2}$/i.test(source.toString('latin1', i + 1, i + 3))) {
      octets[length++] = pair;
      i += 2;
    } else {
      octets[length++] = source[i]!;
    }
  }
  return octets.subarray(0, length);
}

/** Parts `charset'language'text`; a value without quotes has no charset. */
function splitCharset(text: string): { charset: string | undefined; rest: string } {
  const first = text.indexOf("'");
  const second = first === -1 ? -1 : text.indexOf("'", first + 1);
  if (second === -1 || first > 40) return { charset: undefined, rest: text };
  return { charset: text.slice(0, first) || undefined, rest: text.slice(second + 1) };
}

interface Section {
  readonly index: number;
  readonly encoded: boolean;
  readonly value: string;
}

function joinSections(sections: readonly Section[]): string {
  const ordered = [...sections].sort((a, b) => a.index - b.index);
  let charset: string | undefined;
  let text = '';
  let pending = '';
  const flush = () => {
    if (pending !== '') text += decodeCharset(percentOctets(pending), charset).text;
    pending = '';
  };
  for (const [place, section] of ordered.entries()) {
    if (section.index !== place) break;
    let { value } = section;
    if (section.encoded && place === 0) ({ charset, rest: value } = splitCharset(value));
    if (section.encoded) {
      pending += value;
    } else {
      flush();
      text += decodeHeader(value);
    }
  }
  flush();
  return text;
}

/** Every way in which the parameter `name` can be read: RFC 2231 forms first, then each plain one in its order. */
export function readParameter(parameters: readonly RawParameter[], name: string): ParameterReading[] {
  const readings: ParameterReading[] = [];
  const sections: Section[] = [];
  for (const parameter of parameters) {
    if (!parameter.name.startsWith(name) || parameter.name === name) continue;
    const match = SECTION.exec(parameter.name);
    if (match?.[1] !== name) continue;
    if (match[2] !== undefined) {
      const index = Number(match[2]);
      if (sections.some((section) => section.index === index)) continue;
      sections.push({ index, encoded: match[3] !== undefined, value: parameter.value });
    } else {
      const { charset, rest } = splitCharset(parameter.value);
      readings.push({ text: decodeCharset(percentOctets(rest), charset).text, form: 'extended' });
    }
  }
  if (sections.length > 0) readings.unshift({ text: joinSections(sections), form: 'continued' });
  for (const parameter of parameters) {
    if (parameter.name === name) readings.push({ text: decodeHeader(parameter.whole), form: 'plain' });
  }
  return readings;
}
