import type { Command } from '../command.ts';
import { serveCommand } from './serve.ts';
import { tenantCommands } from './tenant.ts';
import { versionCommand } from './version.ts';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [serveCommand, ...tenantCommands, versionCommand];
