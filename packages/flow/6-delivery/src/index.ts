export { GuardedAddressError, SessionFailedError, UnsafeLineError } from './errors.ts';
export { type Delivery, openDelivery } from './loop/open-delivery.ts';
export type { DestinationState } from './loop/destination.ts';
export type {
  DeliveryOptions,
  Permission,
  PermissionPort,
  QueuePort,
  RoutePort,
  SignPort,
  SourcePort,
  SubmitReportPort,
  SubmittedReport,
} from './loop/ports.ts';
export type { TlsTrust } from './client/start-tls.ts';
export {
  type DeliveryLimits,
  defaultDeliveryLimits,
  defaultRetrySchedule,
  defaultSessionLimits,
  type RetrySchedule,
  type SessionLimits,
  type StageDeadlines,
} from './limits.ts';
export { anyAddress, type ConnectGuard, guarded, onlyLoopback } from './next-hop/guard.ts';
export { findNextHop, type NextHopView } from './next-hop/find-next-hop.ts';
export type { HostPort, NextHop, Nowhere, Route, Target, TlsMode } from './next-hop/route.ts';
export type { Cancelled } from './queue/cancel.ts';
export type { Claimed } from './queue/claim.ts';
export { commands } from './queue/commands.ts';
export type { QueueCounts } from './queue/counts.ts';
export { enqueue, type QueuedMessage, type QueuedRecipient } from './queue/enqueue.ts';
export type { Extended } from './queue/extend.ts';
export { forget } from './queue/forget.ts';
export type { HistoryStep } from './queue/history.ts';
export type { QueuePage, QueueRow } from './queue/list.ts';
export { migrations } from './queue/migrations.ts';
export type { Lease, QueuedEnvelope, RecipientKey, RecipientState } from './queue/recipient.ts';
export type { OwedReport } from './queue/reports.ts';
export type { Retried } from './queue/retry.ts';
export type { AttemptResult, Settled } from './queue/settle.ts';
export type { Which } from './queue/which.ts';
export { decideReport, type ReportableEvent, type ReportKind, type ReportWish } from './report/decide-report.ts';
export { type AskOptions, askRecipient } from './client/ask-recipient.ts';
