import type { MailParameters } from '@sekisho/smtp';
import { addressKey, type ForwardPath, type ReversePath, type TenantId } from '@sekisho/terms';

/** A mail transaction under way: from MAIL to the end of data or RSET (RFC 5321 §3.3). */
export class Transaction {
  readonly reversePath: ReversePath;
  readonly parameters: MailParameters;
  /** Tenant whose mail the client submits; `null` for reception. */
  readonly submitsFor: TenantId | null;
  /** The client submits for one of several tenants and has not shown for which. */
  readonly isUnproven: boolean;
  /** Set by the first forward-path, and the same for all. */
  tenant: TenantId | null;
  /** Every forward-path so far is of a domain that wants inspection before the reply. */
  inspectBeforeReply = true;
  readonly forwardPaths: ForwardPath[] = [];
  /** RCPT commands taken, repeated ones included. */
  taken = 0;
  #keys: Set<string> | null = null;

  constructor(reversePath: ReversePath, parameters: MailParameters, submitsFor: TenantId | null, isUnproven: boolean) {
    this.reversePath = reversePath;
    this.parameters = parameters;
    this.submitsFor = submitsFor;
    this.tenant = submitsFor;
    this.isUnproven = isUnproven;
  }

  /** Adds a forward-path; one that is there already stays as it was first said. */
  add(path: ForwardPath, tenant: TenantId, inspectBeforeReply: boolean): void {
    this.tenant = tenant;
    this.taken++;
    if (!inspectBeforeReply) this.inspectBeforeReply = false;
    if (this.forwardPaths.length > 0) {
      this.#keys ??= new Set(this.forwardPaths.map((each) => addressKey(each.address)));
      if (this.#keys.has(addressKey(path.address))) return;
      this.#keys.add(addressKey(path.address));
    }
    this.forwardPaths.push(path);
  }
}
