export { API_BASE, createApi } from './create-api.ts';
export type { Finding } from './doctor/finding.ts';
export type { Fault } from './fault.ts';
export type { ClientView } from './routes/clients.ts';
export type { DkimKeyView } from './routes/dkim-keys.ts';
export type { DomainView } from './routes/domains.ts';
export type { RecordView } from './routes/messages.ts';
export type { HeldView } from './routes/quarantine.ts';
export type { QueueCountsView } from './routes/queue.ts';
export type { RecipientImportView, RecipientView } from './routes/recipients.ts';
export type { RouteView } from './routes/routes.ts';
export type { SettingChangeView, SettingView } from './routes/settings.ts';
export type { VerifyLine } from './routes/verify.ts';
export type {
  ApiRooms,
  ApiServices,
  Backlog,
  Contents,
  Control,
  MessageForm,
  ProcessState,
  ReleaseQuestion,
  RootRotation,
  StoredContent,
} from './services.ts';
export type { MessageView } from './views/message.ts';
export type { DecisionView } from './views/plan.ts';
export type { QueueRowView } from './views/queue-row.ts';
export type { DifferenceView, EntryView, RuleView } from './views/rules.ts';
export type { TenantView } from './views/tenant.ts';
export type { StepView, TraceView } from './views/trace.ts';
