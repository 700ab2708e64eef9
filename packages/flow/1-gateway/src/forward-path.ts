import { isRoutedLocalPart } from '@sekisho/smtp';
import type { Address, TenantId } from '@sekisho/terms';
import type { DomainEntry } from './ports.ts';
import type { REFUSALS } from './refusals.ts';

/** May this forward-path join the transaction? When `ask` is set, the directory still has to know the recipient. */
export type ForwardPathJudgement =
  | { readonly kind: 'refuse'; readonly reason: keyof typeof REFUSALS }
  | { readonly kind: 'take'; readonly tenant: TenantId; readonly ask: boolean; readonly inspectBeforeReply: boolean };

/**
 * The rule against open relaying (RFC 5321 §7.7): who is not trusted reaches domains that are ours and no others, and
 * never by an address with a second address inside. One tenant for each transaction.
 */
export function judgeForwardPath(about: {
  readonly address: Address;
  /** Tenant whose mail the client may submit, `null` for an untrusted client. */
  readonly submitsFor: TenantId | null;
  /** Tenant of the transaction, `null` before its first forward-path. */
  readonly tenant: TenantId | null;
  readonly entry: DomainEntry | null;
}): ForwardPathJudgement {
  const { submitsFor, entry } = about;
  if (submitsFor !== null) {
    const own = entry !== null && entry.tenant === submitsFor;
    return {
      kind: 'take',
      tenant: submitsFor,
      ask: own && entry.recipientMode !== 'accept-all',
      inspectBeforeReply: own && entry.inspectBeforeReply,
    };
  }
  if (entry === null) return { kind: 'refuse', reason: 'relay-denied' };
  if (isRoutedLocalPart(about.address.localPart)) return { kind: 'refuse', reason: 'routed-address' };
  if (about.tenant !== null && about.tenant !== entry.tenant) return { kind: 'refuse', reason: 'other-tenant' };
  return {
    kind: 'take',
    tenant: entry.tenant,
    ask: entry.recipientMode !== 'accept-all',
    inspectBeforeReply: entry.inspectBeforeReply,
  };
}
