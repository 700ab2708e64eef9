import * as access from '@sekisho/access';
import * as archive from '@sekisho/archive';
import * as delivery from '@sekisho/delivery';
import * as holding from '@sekisho/holding';
import * as policy from '@sekisho/policy';
import type { Migration } from '@sekisho/tenants';
import { pathCommands } from './path-commands.ts';

/** The one list of rooms that live in a tenant's database, and what each can be asked. */
export const rooms = {
  access: access.commands,
  archive: archive.commands,
  delivery: delivery.commands,
  holding: holding.commands,
  policy: policy.commands,
  path: pathCommands,
} as const;

export type TenantRooms = typeof rooms;

/** Tables of all rooms, in the order in which they may refer to one another. */
export const migrations: readonly Migration[] = [
  ...access.migrations,
  ...policy.migrations,
  ...archive.migrations,
  ...holding.migrations,
  ...delivery.migrations,
];
