export { API_BASE, createApi } from './create-api.ts';
export type { Fault } from './fault.ts';
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
export type { TenantView } from './views/tenant.ts';
