import type { Clock, Log, Meter, Random, Resolver } from '@sekisho/ports';
import type { Address, Direction, ReversePath, TenantId } from '@sekisho/terms';
import type { AnswerOf, QuestionOf } from '@sekisho/tenants';
import type { TlsTrust } from '../client/start-tls.ts';
import type { DeliveryLimits } from '../limits.ts';
import type { ConnectGuard } from '../next-hop/guard.ts';
import type { Route } from '../next-hop/route.ts';
import type { commands } from '../queue/commands.ts';

type Commands = typeof commands;

/** The commands of the queue that delivery uses, as the dispatcher gives them. */
export type QueuePort = <Name extends 'claim' | 'extend' | 'settle' | 'reclaim' | 'owedReports' | 'reported'>(
  tenant: TenantId,
  command: Name,
  question: QuestionOf<Commands[Name]>,
) => Promise<AnswerOf<Commands[Name]>>;

/**
 * The sent form of a message before it is signed, with CRLF line ends; `null` when the message is gone for good. It is
 * asked for once in each transaction, after room for its octets was found.
 */
export type SourcePort = (
  tenant: TenantId,
  message: string,
  form: string,
) => Promise<readonly Buffer[] | AsyncIterable<Buffer> | null>;

/** Where mail for a destination goes at this moment; `null` when nobody has said so yet. */
export type RoutePort = (
  tenant: TenantId,
  destination: string,
  direction: Direction,
) => Route | null | Promise<Route | null>;

/** Whether a message may still leave: asked again before each attempt. */
export type Permission =
  | { readonly kind: 'yes' }
  | { readonly kind: 'wait'; readonly until: number; readonly why: string }
  | { readonly kind: 'no'; readonly why: string };

export type PermissionPort = (
  tenant: TenantId,
  about: { readonly message: string; readonly direction: Direction; readonly reversePath: ReversePath },
) => Permission | Promise<Permission>;

/** A DKIM-Signature field with its CRLF for the sent form, or `null` when the domain does not sign. */
export type SignPort = (tenant: TenantId, domain: string, parts: readonly Buffer[]) => Promise<Buffer | null>;

/** A report on its way to a sender of this house, with the null reverse-path (RFC 3461 §6.1). */
export interface SubmittedReport {
  readonly tenant: TenantId;
  readonly reversePath: null;
  readonly to: Address;
  readonly raw: Buffer;
  readonly body: '7bit' | '8bitmime';
  readonly smtpUtf8: boolean;
}

/** Takes a report over durably before it resolves; throws to be asked again later. */
export type SubmitReportPort = (report: SubmittedReport) => Promise<void>;

/** Everything that delivery needs from outside. */
export interface DeliveryOptions {
  /** Tenants whose queues are looked at when delivery starts. */
  readonly tenants: () => Iterable<TenantId>;
  readonly queue: QueuePort;
  readonly source: SourcePort;
  readonly route: RoutePort;
  readonly permission: PermissionPort;
  readonly sign: SignPort;
  readonly submitReport: SubmitReportPort;
  /** Asks for a checkpoint of a tenant whose due rows are not durable yet. Without it they wait for the next one. */
  readonly askDurable?: (tenant: TenantId) => void;
  readonly resolver: Resolver;
  readonly guard: ConnectGuard;
  readonly trust: TlsTrust;
  /** Our name in EHLO and in reports. */
  readonly hostname: string;
  /** Further names of this host, for loops. */
  readonly ownNames: readonly string[];
  readonly limits: DeliveryLimits;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly meter: Meter;
}
