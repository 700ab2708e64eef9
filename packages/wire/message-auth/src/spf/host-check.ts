import type { Resolver, ResourceRecordType } from '@sekisho/ports';
import { isWithin } from '../domain-name.ts';
import { lookUp } from '../look-up.ts';
import type { SpfOutcome } from '../results.ts';
import { dottedAddress, type IpAddress, isInNetwork, parseIpAddress, reverseName } from './ip-address.ts';
import { expandMacros, type MacroString, type MacroValues, parseMacroString } from './macro-string.ts';
import { isSpfRecord, type Mechanism, parseSpfRecord } from './record.ts';

/** Arguments of check_host() (RFC 7208 §4.1), and what the macros stand for. */
export interface HostCheckInput {
  readonly ip: IpAddress;
  readonly readableIp: string;
  readonly domain: string;
  readonly localPart: string;
  readonly ehlo: string;
  readonly receiver: string;
  readonly now: number;
  readonly resolver: Resolver;
}

interface Outcome {
  readonly result: SpfOutcome;
  readonly mechanism?: string;
  readonly reason?: string;
}

/** Names of the client that lead back to its address (RFC 7208 §5.5); `none` when it has no PTR record at all. */
interface ClientNames {
  readonly none: boolean;
  readonly names: readonly string[];
}

/** Ends the evaluation from any depth. */
class CannotEvaluate extends Error {
  readonly result: 'temperror' | 'permerror';

  constructor(result: 'temperror' | 'permerror', reason: string) {
    super(reason);
    this.result = result;
  }
}

/** Limits of RFC 7208 §4.6.4. */
const TERMS_WITH_LOOKUPS = 10;
const VOID_LOOKUPS = 2;
const NAMES_PER_TERM = 10;
const MAX_NAME_OCTETS = 253;

/** One evaluation of check_host() with its counters (RFC 7208 §4). */
export class HostCheck {
  readonly #input: HostCheckInput;
  #terms = 0;
  #voids = 0;
  #clientNames: Promise<ClientNames> | null = null;
  /** The exp= of the record that decided, with the domain of that record. */
  #explanation: { readonly target: MacroString; readonly domain: string } | null = null;

  constructor(input: HostCheckInput) {
    this.#input = input;
  }

  async run(): Promise<Outcome> {
    try {
      return await this.#checkHost(this.#input.domain, true);
    } catch (cause) {
      if (cause instanceof CannotEvaluate) return { result: cause.result, reason: cause.message };
      throw cause;
    }
  }

  /** What the domain owner tells a refused sender (RFC 7208 §6.2); `null` when nothing, or nothing usable. */
  async explanation(): Promise<string | null> {
    if (!this.#explanation) return null;
    const { target, domain } = this.#explanation;
    try {
      const name = await this.#expand(target, domain);
      const records = name === null ? [] : await this.#ask<string[]>(name, 'TXT');
      if (records.length !== 1) return null;
      const text = parseMacroString(records[0]!.join(''), 'explanation');
      return text && expandMacros(text, await this.#values(text, domain));
    } catch (cause) {
      if (cause instanceof CannotEvaluate) return null;
      throw cause;
    }
  }

  async #checkHost(domain: string, explains: boolean): Promise<Outcome> {
    const records = (await this.#ask(domain, 'TXT'))
      .map((strings) => (strings as string[]).join(''))
      .filter(isSpfRecord);
    if (records.length === 0) return { result: 'none', reason: 'no record published' };
    if (records.length > 1) return { result: 'permerror', reason: 'several records published' };
    const record = parseSpfRecord(records[0]!);
    if ('malformed' in record) return { result: 'permerror', reason: `malformed term "${record.malformed}"` };
    for (const directive of record.directives) {
      if (!(await this.#matches(directive.mechanism, domain))) continue;
      if (explains && record.explanation) this.#explanation = { target: record.explanation, domain };
      return { result: directive.result, mechanism: directive.text };
    }
    if (!record.redirect) return { result: 'neutral' };
    this.#countTerm();
    const target = await this.#expand(record.redirect, domain);
    const outcome = target === null ? null : await this.#checkHost(target, explains);
    if (outcome === null || outcome.result === 'none')
      return { result: 'permerror', reason: 'redirect= leads to no record' };
    return outcome;
  }

  async #matches(mechanism: Mechanism, domain: string): Promise<boolean> {
    const { ip } = this.#input;
    if (mechanism.kind === 'all') return true;
    if (mechanism.kind === 'ip') return isInNetwork(ip, mechanism.network, mechanism.prefix);
    this.#countTerm();
    const target = mechanism.target ? await this.#expand(mechanism.target, domain) : domain;
    switch (mechanism.kind) {
      case 'include':
        return this.#includes(target);
      case 'exists':
        return target !== null && (await this.#askCounting(target, 'A')).length > 0;
      case 'ptr':
        return target !== null && this.#clientIsNamedWithin(target.toLowerCase());
      case 'a':
        return target !== null && this.#isAmong(await this.#askCounting<string>(target, this.#addressType), mechanism);
      case 'mx':
        return target !== null && this.#isAmongExchanges(target, mechanism);
    }
  }

  async #includes(target: string | null): Promise<boolean> {
    const { result, reason } = target === null ? { result: 'none' as const } : await this.#checkHost(target, false);
    if (result === 'none') throw new CannotEvaluate('permerror', 'include: leads to no record');
    if (result === 'permerror' || result === 'temperror') throw new CannotEvaluate(result, reason ?? 'include: failed');
    return result === 'pass';
  }

  async #isAmongExchanges(target: string, prefixes: { prefix4: number; prefix6: number }): Promise<boolean> {
    const exchanges = await this.#askCounting<{ exchange: string }>(target, 'MX');
    if (exchanges.length > NAMES_PER_TERM) throw new CannotEvaluate('permerror', 'too many mail exchangers');
    for (const { exchange } of exchanges) {
      const addresses = isNameToAsk(exchange) ? await this.#ask<string>(exchange, this.#addressType) : [];
      if (this.#isAmong(addresses, prefixes)) return true;
    }
    return false;
  }

  #isAmong(addresses: readonly string[], { prefix4, prefix6 }: { prefix4: number; prefix6: number }): boolean {
    const { ip } = this.#input;
    return addresses.some((address) => {
      const other = parseIpAddress(address);
      return other !== null && isInNetwork(ip, other, ip.length === 4 ? prefix4 : prefix6);
    });
  }

  get #addressType(): 'A' | 'AAAA' {
    return this.#input.ip.length === 4 ? 'A' : 'AAAA';
  }

  async #clientIsNamedWithin(domain: string): Promise<boolean> {
    const { none, names } = await this.#namesOfClient();
    if (none) this.#countVoid();
    return names.some((name) => isWithin(name, domain));
  }

  #namesOfClient(): Promise<ClientNames> {
    this.#clientNames ??= this.#validateClientNames();
    return this.#clientNames;
  }

  async #validateClientNames(): Promise<ClientNames> {
    const { ip } = this.#input;
    const whole = { prefix4: 32, prefix6: 128 };
    const pointers = await lookUp<string>(this.#input.resolver, reverseName(ip), 'PTR');
    if (typeof pointers === 'string') return { none: pointers !== 'unknown', names: [] };
    const names = pointers.slice(0, NAMES_PER_TERM).filter(isNameToAsk);
    const valid = await Promise.all(
      names.map(async (name) => {
        const addresses = await lookUp<string>(this.#input.resolver, name, this.#addressType);
        return typeof addresses !== 'string' && this.#isAmong(addresses, whole);
      }),
    );
    return {
      none: false,
      names: names.filter((_, i) => valid[i]).map((name) => name.toLowerCase().replace(/\.$/, '')),
    };
  }

  /** The name a target stands for, cut from the left to what DNS can hold; `null` when it is no name. */
  async #expand(target: MacroString, domain: string): Promise<string | null> {
    const plain = target.pieces.length === 1 ? target.tail : null;
    let name = (plain ?? expandMacros(target, await this.#values(target, domain))).replace(/\.$/, '');
    while (name.length > MAX_NAME_OCTETS && name.includes('.')) name = name.slice(name.indexOf('.') + 1);
    return isNameToAsk(name) ? name : null;
  }

  async #values(text: MacroString, domain: string): Promise<MacroValues> {
    const { ip, readableIp, localPart, ehlo, receiver, now, domain: senderDomain } = this.#input;
    return {
      s: `${localPart}@${senderDomain}`,
      l: localPart,
      o: senderDomain,
      d: domain,
      i: dottedAddress(ip),
      p: text.usesClientName ? bestName((await this.#namesOfClient()).names, domain) : '',
      v: ip.length === 4 ? 'in-addr' : 'ip6',
      h: ehlo,
      c: readableIp,
      r: receiver,
      t: String(Math.floor(now / 1000)),
    };
  }

  #countTerm(): void {
    if (++this.#terms > TERMS_WITH_LOOKUPS) throw new CannotEvaluate('permerror', 'too many terms with look-ups');
  }

  async #askCounting<T>(name: string, type: ResourceRecordType): Promise<readonly T[]> {
    const records = await this.#ask<T>(name, type);
    if (records.length === 0) this.#countVoid();
    return records;
  }

  #countVoid(): void {
    if (++this.#voids > VOID_LOOKUPS) throw new CannotEvaluate('permerror', 'too many look-ups without an answer');
  }

  async #ask<T>(name: string, type: ResourceRecordType): Promise<readonly T[]> {
    const answer = await lookUp<T>(this.#input.resolver, name, type);
    if (answer === 'unknown') throw new CannotEvaluate('temperror', `look-up of ${type} failed`);
    return typeof answer === 'string' ? [] : answer;
  }
}

/** %{p}: the domain itself, else a name below it, else any (RFC 7208 §7.3). */
function bestName(names: readonly string[], domain: string): string {
  return names.find((name) => name === domain) ?? names.find((name) => isWithin(name, domain)) ?? names[0] ?? 'unknown';
}

/** Two labels at least, of 1 to 63 visible characters or spaces; such a name is asked for, another does not exist. */
function isNameToAsk(name: string): boolean {
  return name.length <= MAX_NAME_OCTETS && /^(?:[ -\-/-~]{1,63}\.)+[ -\-/-~]{1,63}\.?$/.test(name);
}
