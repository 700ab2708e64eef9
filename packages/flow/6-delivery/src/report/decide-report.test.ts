import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Direction, DsnNotify } from '@sekisho/terms';
import fc from 'fast-check';
import { decideReport, type ReportableEvent, type ReportKind } from './decide-report.ts';

const sender = { localPart: 'hanako', domain: 'example.jp' };
const refused: ReportableEvent = { kind: 'failed', cause: 'remote' };
const expired: ReportableEvent = { kind: 'failed', cause: 'expired' };
const unsendable: ReportableEvent = { kind: 'failed', cause: 'local' };
const forbidden: ReportableEvent = { kind: 'failed', cause: 'policy' };
const delayed: ReportableEvent = { kind: 'delayed' };
const relayed: ReportableEvent = { kind: 'delivered', dsnAware: false };
const passedOn: ReportableEvent = { kind: 'delivered', dsnAware: true };

type Row = [string, ReportableEvent, DsnNotify[] | undefined, ReportKind | null];
const submissions: Row[] = [
  ['refused, nothing asked', refused, undefined, 'failure'],
  ['refused, failure asked', refused, ['failure'], 'failure'],
  ['refused, only delay asked', refused, ['delay'], null],
  ['refused, only success asked', refused, ['success'], null],
  ['refused, never', refused, ['never'], null],
  ['expired, nothing asked', expired, undefined, 'failure'],
  ['expired, never', expired, ['never'], null],
  ['cannot be sent as it is', unsendable, undefined, 'failure'],
  ['stopped by policy, nothing asked', forbidden, undefined, null],
  ['stopped by policy, failure asked', forbidden, ['failure'], null],
  ['delayed, nothing asked', delayed, undefined, 'delay'],
  ['delayed, delay asked', delayed, ['failure', 'delay'], 'delay'],
  ['delayed, only failure asked', delayed, ['failure'], null],
  ['delayed, never', delayed, ['never'], null],
  ['relayed, nothing asked', relayed, undefined, null],
  ['relayed, success asked', relayed, ['success', 'failure'], 'relayed'],
  ['relayed, only failure asked', relayed, ['failure'], null],
  ['passed on to a host that reports itself, success asked', passedOn, ['success'], null],
];

for (const [name, event, notify, expected] of submissions) {
  test(`decideReport() of a submission ${name}: ${expected ?? 'none'}`, () => {
    assert.equal(decideReport(event, { direction: 'submission', reversePath: sender, notify }), expected);
  });
  test(`decideReport() of a reception ${name}: none`, () => {
    assert.equal(decideReport(event, { direction: 'reception', reversePath: sender, notify }), null);
  });
}

test('decideReport() never reports to the null reverse-path or against NOTIFY=NEVER', () => {
  const events = fc.constantFrom(refused, expired, unsendable, forbidden, delayed, relayed, passedOn);
  const wishes = fc.constantFrom<DsnNotify[] | undefined>(undefined, ['success', 'failure', 'delay'], ['failure']);
  fc.assert(
    fc.property(events, fc.constantFrom<Direction>('reception', 'submission'), wishes, (event, direction, notify) => {
      assert.equal(decideReport(event, { direction, reversePath: null, notify }), null);
      assert.equal(decideReport(event, { direction, reversePath: sender, notify: ['never'] }), null);
    }),
  );
});
