import { createHash } from 'node:crypto';
import type { Json } from '@sekisho/terms';
import { floorRules } from './default-rules.ts';
import type { Layer, Rule, RuleSet } from './rule.ts';

/** JSON with sorted members and without spaces: equal values have equal texts (in the manner of RFC 8785). */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((one: Json) => canonicalJson(one)).join(',')}]`;
  const members = Object.entries(value as { readonly [key: string]: Json | undefined })
    .filter((member): member is [string, Json] => member[1] !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, one]) => `${JSON.stringify(key)}:${canonicalJson(one)}`).join(',')}}`;
}

/** Version of some layers: equal rules have equal versions, whenever and wherever they were set. */
export function versionOf(layers: readonly Layer[]): string {
  return createHash('sha256')
    .update(canonicalJson(layers as unknown as Json))
    .digest('hex')
    .slice(0, 12);
}

/** The rule set of a tenant: the installation's floor under the tenant's own rules. */
export function ruleSetOf(tenantRules: readonly Rule[], floor: readonly Rule[] = floorRules): RuleSet {
  const layers: Layer[] = [
    { scope: 'floor', rules: floor },
    { scope: 'tenant', rules: tenantRules },
  ];
  return { version: versionOf(layers), layers };
}
