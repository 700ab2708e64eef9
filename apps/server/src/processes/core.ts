/** The core process: joins the path behind the 250, and answers those who run the house. */
import { openApiSocket } from '../core/api-socket.ts';
import { Core } from '../core/core.ts';
import { openHttp } from '../core/http.ts';
import { dropTo, onBoot } from './boot.ts';
import type { CoreBoot } from './settings.ts';
import type { SupervisorToCore } from './supervisor-messages.ts';

onBoot<CoreBoot>(async (boot) => {
  let core: Core | null = null;
  const http = await openHttp(boot.http, {
    processes: () => core?.processes ?? [],
    metrics: () => core?.metrics() ?? new Map(),
  });
  dropTo(boot.identity);
  core = await Core.open(boot);
  const api = await openApiSocket(core);
  return {
    onMessage(message: SupervisorToCore) {
      if (message.kind === 'processes') core!.processes = message.list;
      else core!.rootRotation.take(message);
    },
    async stop(deadlineMs) {
      http.close();
      api.close();
      await core!.stop(deadlineMs);
    },
  };
});
