/** For every command of every room: the question by which another tenant tries to reach what is the owner's. */
import type { QuestionOf } from '@sekisho/tenants';
import type { TenantRooms } from '../rooms.ts';
import { failedResult, type Known } from './story.ts';

type Cases = {
  readonly [Room in keyof TenantRooms]: {
    readonly [Name in keyof TenantRooms[Room]]: (known: Known) => QuestionOf<TenantRooms[Room][Name]>;
  };
};

const TARO = { localPart: 'taro', domain: 'owner.test' };
const rows = [{ line: 1, address: TARO, display: 'Taro' }];
const otherName = [{ line: 1, address: { localPart: 'hanako', domain: 'owner.test' }, display: 'Hanako' }];
const rule = { id: 'mine', when: { name: 'always' }, action: { name: 'deliver' } };
const first = ({ messages }: Known) => messages[0]!;

/** One question for each command; a command without one does not compile, and fails the test. */
export const commandCases: Cases = {
  access: {
    previewImport: () => ({ rows, domains: ['owner.test'] }),
    listRecipients: () => ({}),
    isRecipient: () => ({ address: TARO }),
    recipientKeys: () => ({}),
    recipientRevision: () => ({}),
    removeRecipients: () => ({ keys: ['taro@owner.test'] }),
    importRecipients: () => ({ rows: otherName, domains: ['owner.test'] }),
  },
  archive: {
    take: () => ({ rows: [] }),
    search: () => ({ query: 'secret' }),
    show: (known) => ({ spoolId: first(known) }),
    source: (known) => ({ spoolId: first(known) }),
    trace: (known) => ({ spoolId: first(known) }),
    decided: () => ({}),
    coverage: () => ({}),
    verifyPage: () => ({}),
    rowsForRecovery: ({ messages }) => ({ spoolIds: [...messages] }),
    replacePlace: (known) => ({ spoolId: first(known), place: { pack: 'x', offset: 0, length: 1 } }),
    optimizeStep: () => ({}),
  },
  delivery: {
    claim: () => ({ limit: 1, leaseMs: 900_000, owner: 'second' }),
    extend: ({ lease }) => ({ leases: [lease], leaseMs: 40 * 86_400_000 }),
    settle: ({ lease }) => ({ results: [failedResult(lease, 1)] }),
    reclaim: () => ({ owner: 'third' }),
    list: () => ({}),
    retry: (known) => ({ which: { message: first(known) } }),
    cancel: ({ messages }) => ({ which: { message: messages[4]! } }),
    counts: () => ({}),
    history: (known) => ({ message: first(known) }),
    owedReports: () => ({ limit: 10 }),
    reported: (known) => ({ kind: 'failure', recipients: [{ message: first(known), recipient: 0 }] }),
  },
  holding: {
    list: () => ({}),
    show: ({ held }) => ({ id: `${held[0]}-0` }),
    steps: ({ held }) => ({ spoolId: held[0]! }),
    counts: () => ({}),
    remove: ({ held }) => ({ id: `${held[0]}-0` }),
    expireDue: () => ({ limit: 1 }),
  },
  policy: {
    currentRules: () => ({}),
    setRules: () => ({ rules: [rule] }),
    history: () => ({}),
    rulesNumbered: () => ({ number: 1 }),
    difference: () => ({ from: 0, to: 1 }),
    revert: () => ({ number: 1 }),
  },
  path: {
    release: ({ held }) => ({ id: `${held[4]}-0` }),
    claim: () => ({ limit: 1, leaseMs: 900_000, owner: 'fourth' }),
  },
};

/** Commands for which it makes no difference to the owner either whether it has anything, and why. */
export const alikeForTheOwner: Readonly<Record<string, string>> = {
  'archive.take': 'asked with nothing: what rows hold is the core’s own',
  'archive.optimizeStep': 'work on the index, which answers nothing of it',
};
