import { BoundedCache } from '../bounded-cache.ts';
import { type IpAddress, parseIpAddress } from './ip-address.ts';
import { type MacroString, parseDomainSpec, parseMacroString } from './macro-string.ts';

/** What a mechanism compares the client with (RFC 7208 §5). Without `target` it is the domain of the record. */
export type Mechanism =
  | { readonly kind: 'all' }
  | { readonly kind: 'ip'; readonly network: IpAddress; readonly prefix: number }
  | { readonly kind: 'a' | 'mx'; readonly target?: MacroString; readonly prefix4: number; readonly prefix6: number }
  | { readonly kind: 'include' | 'exists'; readonly target: MacroString }
  | { readonly kind: 'ptr'; readonly target?: MacroString };

/** A mechanism with the result it stands for. */
export interface Directive {
  readonly result: 'pass' | 'fail' | 'softfail' | 'neutral';
  readonly mechanism: Mechanism;
  /** As published. */
  readonly text: string;
}

/** A record of RFC 7208 §4.6.1. */
export interface SpfRecord {
  readonly directives: readonly Directive[];
  readonly redirect?: MacroString;
  readonly explanation?: MacroString;
}

const RESULTS = { '+': 'pass', '-': 'fail', '~': 'softfail', '?': 'neutral' } as const;
const MODIFIER = /^([a-z][a-z0-9\-_.]*)=(.*)$/is;
const DIRECTIVE = /^([+\-?~]?)([a-z0-9]+)(?:([:/])(.*))?$/is;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
const parsed = new BoundedCache<SpfRecord | MalformedTerm>(2000);

/** A term that is against the grammar; it spoils the whole record (RFC 7208 §4.6). */
export interface MalformedTerm {
  readonly malformed: string;
}

/** True for a record of version 1: the version is followed by a space or nothing (RFC 7208 §4.5). */
export function isSpfRecord(text: string): boolean {
  return /^v=spf1(?: |$)/i.test(text);
}

/** Reads a record as a whole; nothing is evaluated of a malformed one. The same text is parsed once. */
export function parseSpfRecord(text: string): SpfRecord | MalformedTerm {
  return parsed.get(text, parse);
}

function parse(text: string): SpfRecord | MalformedTerm {
  const directives: Directive[] = [];
  const modifiers: { redirect?: MacroString; exp?: MacroString } = {};
  for (const term of text.slice('v=spf1'.length).split(' ')) {
    if (term === '') continue;
    const modifier = MODIFIER.exec(term);
    if (modifier) {
      const name = modifier[1]!.toLowerCase();
      const known = name === 'redirect' || name === 'exp';
      const value = known ? parseDomainSpec(modifier[2]!) : parseMacroString(modifier[2]!, 'unknown-modifier');
      if (!value || (known && modifiers[name])) return { malformed: term };
      if (known) modifiers[name] = value;
      continue;
    }
    const [, sign, kind, separator, argument] = DIRECTIVE.exec(term) ?? [];
    const mechanism = kind && parseMechanism(kind.toLowerCase(), separator ?? '', argument ?? '');
    if (!mechanism) return { malformed: term };
    directives.push({ result: RESULTS[(sign || '+') as keyof typeof RESULTS], mechanism, text: term });
  }
  const { redirect, exp } = modifiers;
  return { directives, ...(redirect && { redirect }), ...(exp && { explanation: exp }) };
}

function parseMechanism(kind: string, separator: string, argument: string): Mechanism | null {
  switch (kind) {
    case 'all':
      return separator === '' ? { kind } : null;
    case 'include':
    case 'exists': {
      const target = separator === ':' ? parseDomainSpec(argument) : null;
      return target && { kind, target };
    }
    case 'ptr': {
      if (separator === '') return { kind };
      const target = separator === ':' ? parseDomainSpec(argument) : null;
      return target && { kind, target };
    }
    case 'ip4':
    case 'ip6':
      return separator === ':' ? parseNetwork(argument, kind === 'ip4' ? 32 : 128) : null;
    case 'a':
    case 'mx':
      return parseHost(kind, separator + argument);
    default:
      return null;
  }
}

function parseNetwork(text: string, bits: 32 | 128): Mechanism | null {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const prefix = slash < 0 ? bits : parsePrefix(text.slice(slash + 1), bits);
  if (bits === 32 ? !IPV4.test(address) : address.includes('%')) return null;
  const network = parseIpAddress(address);
  return network?.length === bits / 8 && prefix !== null ? { kind: 'ip', network, prefix } : null;
}

/** `[":" domain-spec] ["/" prefix of IPv4] ["//" prefix of IPv6]` */
function parseHost(kind: 'a' | 'mx', text: string): Mechanism | null {
  const match = /^(?::(.+?))?(?:\/([0-9]+))?(?:\/\/([0-9]+))?$/s.exec(text);
  if (!match) return null;
  const [, spec, four, six] = match;
  const target = spec === undefined ? undefined : parseDomainSpec(spec);
  const prefix4 = four === undefined ? 32 : parsePrefix(four, 32);
  const prefix6 = six === undefined ? 128 : parsePrefix(six, 128);
  if (target === null || prefix4 === null || prefix6 === null) return null;
  return { kind, prefix4, prefix6, ...(target && { target }) };
}

function parsePrefix(text: string, most: number): number | null {
  return /^(?:0|[1-9][0-9]{0,2})$/.test(text) && Number(text) <= most ? Number(text) : null;
}
