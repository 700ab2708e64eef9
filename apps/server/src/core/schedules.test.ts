import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openEntries } from '@sekisho/holding';
import { keptLog } from '@sekisho/ports/testing';
import { dispatchHere } from '@sekisho/tenants';
import { openTestStores, type TestStores } from '@sekisho/tenants/testing';
import { formatSpoolId, type Plan } from '@sekisho/terms';
import { migrations, rooms } from '../rooms.ts';
import { SCHEDULE_TIMES, Schedules, type SchedulesPorts } from './schedules.ts';

const TIMES = { ...SCHEDULE_TIMES, firstRound: 5, betweenPages: 1, lookForIdleEvery: 5 };
const PLAN: Plan = {
  policyVersion: '1',
  decidedAt: 0,
  decisions: [
    {
      forwardPath: { localPart: 'taro', domain: 'aoba.test' },
      disposition: { kind: 'quarantine', reason: 'infected' },
      transformations: [],
      rule: 'infected',
      why: { ja: '', en: '' },
    },
  ],
};

function openSchedules(house: TestStores, change: Partial<SchedulesPorts> = {}) {
  const log = keptLog();
  const ports: SchedulesPorts = {
    log,
    tenants: () => [house.tenant, house.other],
    dispatch: dispatchHere(house.stores, rooms),
    isBusy: () => false,
    kept: () => undefined,
    ...change,
  };
  return { log, ports, open: () => new Schedules(ports, TIMES) };
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; !(await holds()); i++) {
    assert.ok(i < 500, holds.toString());
    await sleep(5);
  }
}

test('everything that is due expires, however much it is, and a broken tenant keeps no other', async () => {
  await using house = await openTestStores(migrations);
  await house.stores.transact(house.other, 'full', async (tx, state) => {
    for (let i = 0; i < 250; i++) {
      const waiting = { spoolId: formatSpoolId(0, 1, 64 * i), plan: PLAN, sender: '', subject: '', sizeOctets: 1 };
      await openEntries(tx, waiting, state);
    }
  });
  house.clock.advance(15 * 86_400_000);
  const dispatch = dispatchHere(house.stores, rooms);
  const { open, log } = openSchedules(house, {
    dispatch: ((tenant, ...rest) => {
      if (tenant === house.tenant) throw new Error('the file is damaged');
      return dispatch(tenant, ...rest);
    }) as SchedulesPorts['dispatch'],
  });
  const schedules = open();
  const waiting = () =>
    house.stores.read(house.other, (tx) => tx.all("SELECT 1 FROM holding_entry WHERE state = 'waiting'"));
  await until(async () => (await waiting()).length === 0);
  assert.ok(log.events.some(({ event }) => event === 'schedule.failed'));
  schedules.stop();
});

test('upkeep waits for an idle house, and one tenant’s that fails keeps no other’s', async () => {
  await using house = await openTestStores(migrations);
  const dispatch = dispatchHere(house.stores, rooms);
  const asked: string[] = [];
  let isBusy = true;
  let kept = 0;
  const { open, log } = openSchedules(house, {
    isBusy: () => isBusy,
    kept: () => void (kept += 1),
    dispatch: (async (tenant, room, ...rest) => {
      if (room === 'archive') asked.push(tenant);
      if (room === 'archive' && tenant === house.tenant) throw new Error('the file is damaged');
      return dispatch(tenant, room, ...rest);
    }) as SchedulesPorts['dispatch'],
  });
  const schedules = open();
  schedules.touched(house.tenant);
  schedules.touched(house.other);
  await sleep(30);
  assert.equal(asked.length, 0);
  isBusy = false;
  await until(() => kept === 1);
  assert.ok(asked.includes(house.tenant) && asked.includes(house.other));
  assert.ok(log.events.some(({ event }) => event === 'upkeep.failed'));
  schedules.stop();
});
