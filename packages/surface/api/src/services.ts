import type { commands as access } from '@sekisho/access';
import type { commands as archive, DeliveredSource } from '@sekisho/archive';
import type { commands as delivery } from '@sekisho/delivery';
import type { commands as holding, Held } from '@sekisho/holding';
import type { commands as policy } from '@sekisho/policy';
import type { Clock, Log } from '@sekisho/ports';
import type { Command, Dispatch, Installation } from '@sekisho/tenants';
import type { TenantId } from '@sekisho/terms';

/** What releasing a held message is asked with; `apps/server` joins the rooms that it takes. */
export interface ReleaseQuestion {
  readonly id: string;
  readonly note?: string;
  /** Also when a virus was found, or when today's rules stop it for another reason. */
  readonly force?: boolean;
}

/** The rooms of a tenant that this room asks. */
export type ApiRooms = {
  readonly access: typeof access;
  readonly archive: typeof archive;
  readonly delivery: typeof delivery;
  readonly holding: typeof holding;
  readonly policy: typeof policy;
  readonly path: { readonly release: Command<Required<ReleaseQuestion>, Held, ReleaseQuestion> };
};

/** Which form of a message: as it came, or as it goes on. */
export type MessageForm = 'raw' | 'delivered';

/** A process of the tree, as the supervisor sees it. */
export interface ProcessState {
  readonly name: string;
  readonly pid: number | null;
  readonly state: string;
  readonly restarts: number;
}

/** How much waits where. */
export interface Backlog {
  /** Messages that wait for inspection, and those that wait for their tenant's writer. */
  readonly inspection: number;
  readonly writers: number;
  /** Messages that the spool still owes, and since when the oldest. */
  readonly owed: number;
  readonly oldestOwedMs: number;
}

/** What a rotation of the root key came to. */
export interface RootRotation {
  /** File that holds the new key and, below it, the former ones. */
  readonly file: string;
  /** Former keys in the file. */
  readonly formerKeys: number;
}

/** What the core does beside asking rooms. */
export interface Control {
  /** Tenants, domains, routes, clients or settings are others now. */
  installationChanged(): Promise<void>;
  /** Recipients of a tenant came or went. */
  recipientsChanged(tenant: TenantId): void;
  /** Rules of a tenant were set. */
  rulesChanged(tenant: TenantId): void;
  /** Rows of the tenant's queue may be due. */
  kick(tenant: TenantId): void;
  processes(): readonly ProcessState[];
  backlog(): Backlog;
  /** Puts the installation under a new root key. */
  rotateRootKey(): Promise<RootRotation>;
}

/** What is needed of a stored message to open its body in either form. */
export type StoredContent = DeliveredSource;

/** Opens sealed bodies. That a body is whole and authentic is known when the iteration ends without an error. */
export interface Contents {
  stream(tenant: TenantId, content: StoredContent, form: MessageForm): AsyncIterable<Buffer>;
  /** Re-reads a body and compares both digests with the journal's; rejects with what is wrong. */
  verify(tenant: TenantId, content: StoredContent): Promise<void>;
}

/** Everything that the API stands on. */
export interface ApiServices {
  readonly installation: Installation;
  readonly dispatch: Dispatch<ApiRooms>;
  readonly contents: Contents;
  readonly control: Control;
  readonly clock: Clock;
  readonly log: Log;
}
