/** The whole house in a process tree of its own, as `sekisho serve` starts it, on a data folder made for a bench. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '@sekisho/config';
import { openLog, systemClock } from '@sekisho/ports';
import { serve } from '@sekisho/server';
import { Installation, openDataFolder } from '@sekisho/tenants';
import { createRootKey, Vault } from '@sekisho/vault';
import type { HousePlan } from './house.ts';

const BY = { kind: 'operator', name: 'bench' } as const;

async function prepare(plan: HousePlan): Promise<string> {
  const { folder } = plan;
  const log = openLog({ process: 'bench', level: 'warn', pretty: true, linesPerSecond: 100 });
  const vault = new Vault(createRootKey(join(folder, 'root.key')));
  const data = await openDataFolder(join(folder, 'data'));
  const installation = await Installation.open({
    folder: data.installation,
    tenantsFolder: data.tenants,
    vault,
    clock: systemClock(),
    log,
  });
  for (const [name, value] of Object.entries(plan.settings)) await installation.setSetting(null, name, value, BY);
  for (const { name, domain, sinkPort } of plan.tenants) {
    const { id } = await installation.createTenant({ name, displayName: name }, BY);
    await installation.addDomain(id, domain, BY);
    await installation.setRoute(
      id,
      domain,
      { nextHop: [{ host: '127.0.0.1', port: sinkPort }], tls: 'none', recipientMode: 'accept-all' },
      BY,
    );
  }
  await installation.close();
  await data.close();
  writeFileSync(join(folder, 'zones.json'), JSON.stringify(plan.zones));
  const file = join(folder, 'sekisho.toml');
  const lines = [
    'data = "./data"',
    'hostname = "mx.sekisho.test"',
    'run_as = "root"',
    '[root_key]\nfile = "./root.key"',
    '[clamd]\ndisabled = true',
    '[dns]\nzones_file = "./zones.json"',
    '[log]\npretty = true\nlevel = "warn"',
    '[delivery]\nonly_loopback = true',
    `[smtp]\nhost = "127.0.0.1"\nport = ${plan.smtpPort}`,
    `[submission]\nhost = "127.0.0.1"\nport = ${plan.submissionPort}`,
    `[http]\nport = ${plan.httpPort}`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

process.once('message', (plan: HousePlan) => {
  void (async () => {
    const serving = await serve(readConfig(await prepare(plan), {}));
    const stop = () => void serving.stop().then(() => process.exit(0));
    process.once('disconnect', stop);
    await serving.ready;
    process.send!({ kind: 'ready' });
    process.once('message', stop);
  })();
});
