/** For every question of the API below a tenant: how another tenant tries to reach what is the owner's. */
import type { Known } from './story.ts';

/** What is put into a question. */
export interface RouteCase {
  /** The places of the path beside the tenant. */
  readonly path?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly text?: string;
}

const rule = { id: 'mine', when: { name: 'always' }, action: { name: 'deliver' } };
const message = ({ messages }: Known) => ({ message: messages[0]! });
const domain = { domain: 'owner.test' };
const name = { name: 'quarantine.days' };
const CSV = 'hanako@owner.test,Hanako\n';

/** One question for each route with `{tenant}` in its path; a route without one fails the test. */
export const routeCases: Readonly<Record<string, (known: Known) => RouteCase>> = {
  'GET /tenants/{tenant}': () => ({}),
  'POST /tenants/{tenant}/suspend': () => ({}),
  'POST /tenants/{tenant}/resume': () => ({}),
  'GET /tenants/{tenant}/domains': () => ({}),
  'POST /tenants/{tenant}/domains': () => ({ json: { name: 'owner.test' } }),
  'GET /tenants/{tenant}/domains/{domain}/dkim-keys': () => ({ path: domain }),
  'POST /tenants/{tenant}/domains/{domain}/dkim-keys/{selector}/use': () => ({
    path: { ...domain, selector: 'owned' },
  }),
  'POST /tenants/{tenant}/domains/{domain}/dkim-keys': () => ({ path: domain, json: { selector: 'owned' } }),
  'GET /tenants/{tenant}/routes': () => ({}),
  'GET /tenants/{tenant}/routes/{domain}': () => ({ path: domain }),
  'DELETE /tenants/{tenant}/routes/{domain}': () => ({ path: domain }),
  'PUT /tenants/{tenant}/routes/{domain}': () => ({ path: domain, json: { nextHop: 'mx' } }),
  'GET /tenants/{tenant}/clients': () => ({}),
  'DELETE /tenants/{tenant}/clients': () => ({ query: { cidr: '192.0.2.8/32' } }),
  'POST /tenants/{tenant}/clients': () => ({ json: { cidr: '192.0.2.7' } }),
  'GET /tenants/{tenant}/recipients': () => ({}),
  'POST /tenants/{tenant}/recipients/remove': () => ({ json: { addresses: ['taro@owner.test'] } }),
  'POST /tenants/{tenant}/recipients/import': () => ({ text: CSV, query: { commit: 'true' } }),
  'GET /tenants/{tenant}/settings': () => ({}),
  'DELETE /tenants/{tenant}/settings/{name}': () => ({ path: name }),
  'PUT /tenants/{tenant}/settings/{name}': () => ({ path: name, json: { value: 30 } }),
  'GET /tenants/{tenant}/settings/{name}/history': () => ({ path: name }),
  'GET /tenants/{tenant}/policy': () => ({}),
  'PUT /tenants/{tenant}/policy': () => ({ json: { rules: [rule] } }),
  'POST /tenants/{tenant}/policy/test': (known) => ({ json: message(known) }),
  'POST /tenants/{tenant}/policy/dry-run': () => ({ json: { rules: [{ ...rule, action: QUARANTINE }] } }),
  'GET /tenants/{tenant}/policy/history': () => ({}),
  'GET /tenants/{tenant}/policy/versions/{number}': () => ({ path: { number: 1 } }),
  'GET /tenants/{tenant}/policy/differences': () => ({ query: { from: '0', to: '1' } }),
  'POST /tenants/{tenant}/policy/revert': () => ({ json: { number: 1 } }),
  'GET /tenants/{tenant}/queue': () => ({}),
  'GET /tenants/{tenant}/queue/counts': () => ({}),
  'POST /tenants/{tenant}/queue/retry': (known) => ({ json: { which: message(known) } }),
  'POST /tenants/{tenant}/queue/cancel': ({ messages }) => ({ json: { which: { message: messages[4] } } }),
  'GET /tenants/{tenant}/quarantine': () => ({}),
  'GET /tenants/{tenant}/quarantine/counts': () => ({}),
  'GET /tenants/{tenant}/quarantine/{held}': ({ held }) => ({ path: { held: `${held[0]}-0` } }),
  'POST /tenants/{tenant}/quarantine/{held}/release': ({ held }) => ({ path: { held: `${held[2]}-0` }, json: {} }),
  'POST /tenants/{tenant}/quarantine/{held}/delete': ({ held }) => ({ path: { held: `${held[3]}-0` }, json: {} }),
  'GET /tenants/{tenant}/messages': () => ({ query: { query: 'secret' } }),
  'GET /tenants/{tenant}/messages/{message}': (known) => ({ path: message(known) }),
  'GET /tenants/{tenant}/messages/{message}/content': (known) => ({ path: message(known) }),
  'GET /tenants/{tenant}/coverage': () => ({}),
  'GET /tenants/{tenant}/export': () => ({}),
  'POST /tenants/{tenant}/verify': () => ({}),
  'GET /tenants/{tenant}/trace': (known) => ({ query: message(known) }),
  'DELETE /tenants/{tenant}/domains/{domain}': () => ({ path: domain }),
};

const QUARANTINE = { name: 'quarantine', with: { reason: 'other' } };

/** Questions whose answer to the owner does not depend on what this story gives it, and why. */
export const alikeForTheOwner: Readonly<Record<string, string>> = {
  'GET /tenants/{tenant}': 'a tenant has its names before it has anything else',
  'POST /tenants/{tenant}/suspend': 'a tenant can be suspended before it has anything',
  'POST /tenants/{tenant}/resume': 'a tenant can go on before it has anything',
  'GET /tenants/{tenant}/domains': 'the domain is there from the beginning',
  'POST /tenants/{tenant}/domains': 'the domain is there from the beginning',
  'DELETE /tenants/{tenant}/domains/{domain}': 'the domain is there from the beginning',
  'PUT /tenants/{tenant}/routes/{domain}': 'a route is set whatever stood there',
};

/** Where tenants do meet: the refusal depends on the owner, and says nothing of it. */
export const shared: Readonly<Record<string, RegExp>> = {
  'POST /tenants/{tenant}/clients': /^409 .*another tenant has it/,
};

/** Questions that are not about one tenant. A new one has to be looked at before it stands here. */
export const notOfOneTenant: readonly string[] = [
  'GET /tenants',
  'POST /tenants',
  'GET /settings',
  'PUT /settings/{name}',
  'DELETE /settings/{name}',
  'GET /settings/{name}/history',
  'GET /policy/catalogue',
  'GET /system',
  'GET /doctor',
  'POST /keys/rotate',
];
