import type { Address, Envelope, Plan, SpoolId, TenantId } from '@sekisho/terms';

/** How the recipients of a domain are known: from our list, by asking its next hop, or not at all. */
export type RecipientMode = 'list' | 'ask' | 'accept-all';

/** A domain that is ours: whose it is and how its mail is received. */
export interface DomainEntry {
  readonly tenant: TenantId;
  readonly recipientMode: RecipientMode;
  /** The tenant wants the plan before the reply, so that a rejection happens in session. */
  readonly inspectBeforeReply: boolean;
}

/** What is known of a recipient; `ask-later` when nobody could say. */
export type RecipientAnswer = 'known' | 'unknown' | 'ask-later';

/** A client that may submit mail of a tenant without signing in. */
export interface TrustedClient {
  readonly tenant: TenantId;
  /** EHLO name that tells this tenant's mail from that of others behind the same address. */
  readonly relayName: string | null;
}

/** Whose domains, recipients and clients there are. Owes an answer at any time; a rejection is an outage. */
export interface Directory {
  /** `domain` is lower case, in A-labels. */
  domainOf(domain: string): DomainEntry | null;
  /** Asked for the modes `list` and `ask` only. */
  recipient(tenant: TenantId, address: Address): RecipientAnswer | Promise<RecipientAnswer>;
  /** One entry for each tenant that trusts the address or the name of the client's verified certificate. */
  trusted(ip: string, tlsPeerName?: string): readonly TrustedClient[];
}

/** A message that is ours now. */
export interface Accepted {
  readonly spoolId: SpoolId;
}

/** A message that is not ours yet: one of `accept` and `void` ends it. */
export interface Provisional {
  readonly reference: Accepted;
  accept(): Promise<Accepted>;
  void(): Promise<void>;
}

/** A body too large to wait for in memory; one of `finish` and `abandon` ends it. */
export interface LargeBody {
  /** Resolves when the next chunk may come. */
  write(chunk: Buffer): Promise<void>;
  finish(envelope: Envelope): Promise<Accepted>;
  abandon(): Promise<void> | void;
}

/** Where accepted mail goes. Owes durability before `append`, `finish` and `accept` resolve (RFC 5321 §6.1). */
export interface AcceptPort {
  /** False when so many octets more would not fit. */
  hasRoom(octets: number): boolean;
  append(envelope: Envelope, body: readonly Buffer[]): Promise<Accepted>;
  openLargeBody(): LargeBody | Promise<LargeBody>;
  beginProvisional(envelope: Envelope, body: readonly Buffer[]): Provisional | Promise<Provisional>;
  /** The plan for a provisional message; `signal` aborts when the client has waited long enough. */
  inspectBeforeReply?(provisional: Provisional, envelope: Envelope, signal: AbortSignal): Promise<Plan>;
}
