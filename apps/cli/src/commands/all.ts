import type { Command } from '../command.ts';
import { archiveCommands } from './archive.ts';
import { clientCommands } from './client.ts';
import { dkimCommands } from './dkim.ts';
import { doctorCommand } from './doctor.ts';
import { domainCommands } from './domain.ts';
import { keysCommands } from './keys.ts';
import { policyCommands } from './policy.ts';
import { quarantineCommands } from './quarantine.ts';
import { queueCommands } from './queue.ts';
import { recipientCommands } from './recipient.ts';
import { routeCommands } from './route.ts';
import { serveCommand } from './serve.ts';
import { settingCommands } from './setting.ts';
import { tenantCommands } from './tenant.ts';
import { traceCommand } from './trace.ts';
import { verifyCommand } from './verify.ts';
import { versionCommand } from './version.ts';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  serveCommand,
  doctorCommand,
  ...tenantCommands,
  ...domainCommands,
  ...routeCommands,
  ...clientCommands,
  ...recipientCommands,
  ...dkimCommands,
  ...policyCommands,
  ...settingCommands,
  traceCommand,
  ...queueCommands,
  ...quarantineCommands,
  ...archiveCommands,
  verifyCommand,
  ...keysCommands,
  versionCommand,
];
