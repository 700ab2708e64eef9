/** What the core asks its writer threads. */
import type { LogOptions } from '@sekisho/ports';
import type { SpoolReference } from '@sekisho/spool';
import type { DispatchMessage, StoreLimits, TenantAdmission } from '@sekisho/tenants';
import type { SpoolId, TenantId } from '@sekisho/terms';
import type { Keeping } from '../keeping.ts';
import type { Inspected } from '../message-path.ts';

export interface WriterBoot {
  readonly hostName: string;
  readonly log: Omit<LogOptions, 'process'>;
  readonly stores: Partial<StoreLimits>;
}

export type WriterQuestion =
  | { readonly what: 'admit'; readonly admission: TenantAdmission }
  | { readonly what: 'dismiss'; readonly tenant: TenantId }
  | { readonly what: 'dispatch'; readonly message: DispatchMessage }
  | {
      readonly what: 'ingest';
      readonly tenant: TenantId;
      readonly messages: readonly Inspected[];
      readonly keeping: Keeping;
    }
  | { readonly what: 'recover'; readonly tenant: TenantId; readonly references: readonly SpoolReference[] }
  | { readonly what: 'checkpoint' }
  | { readonly what: 'close' };

/** Of the messages asked about: those whose rows and bodies are there, and those to be scanned and applied. */
export interface RecoveryAnswer {
  readonly batch: number;
  readonly settled: readonly SpoolId[];
  readonly missing: readonly SpoolId[];
}
