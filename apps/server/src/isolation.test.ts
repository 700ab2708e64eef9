/**
 * No tenant sees, changes or is influenced by another: every command of the dispatcher and every question of the API is
 * asked by one tenant with the other one's names, in two worlds that differ only in whether the other one has anything.
 * The answers must be the same, and nothing of the other's may have changed. The same question by the owner must make a
 * difference, or the case would prove nothing.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SekishoError, type TenantId } from '@sekisho/terms';
import { alikeForTheOwner as alikeCommands, commandCases } from './isolation/commands.ts';
import {
  alikeForTheOwner as alikeRoutes,
  notOfOneTenant,
  type RouteCase,
  routeCases,
  shared,
} from './isolation/routes.ts';
import { begin, fill, type Known, plainJson, rowsOf, settledOf } from './isolation/story.ts';
import { rooms } from './rooms.ts';
import { openWorld, type World } from './testing/world.ts';

const BY = { kind: 'operator', name: 'isolation' } as const;

/** Two worlds that begin alike; in the full one the owner has something. */
interface Pair extends AsyncDisposable {
  readonly full: World;
  readonly empty: World;
  readonly known: Known;
}

async function openPair(): Promise<Pair> {
  const [full, empty] = [await openWorld(), await openWorld()];
  const { owner, other } = await begin(full);
  assert.deepEqual(await begin(empty), { owner, other }, 'both worlds begin alike');
  const known = await fill(full, owner, other);
  empty.clock.advance(full.clock.now() - empty.clock.now());
  return {
    full,
    empty,
    known,
    async [Symbol.asyncDispose]() {
      await full[Symbol.asyncDispose]();
      await empty[Symbol.asyncDispose]();
    },
  };
}

let pair: Pair;

before(async () => {
  pair = await openPair();
});

after(() => pair[Symbol.asyncDispose]());

/** An answer, or the id of a refusal, as text. */
async function outcome(asked: Promise<unknown>): Promise<string> {
  try {
    return plainJson({ answer: await asked });
  } catch (error) {
    if (error instanceof SekishoError) return plainJson({ refused: error.id, message: error.message });
    throw error;
  }
}

interface Asked {
  readonly name: string;
  readonly isReading: boolean;
  readonly ask: (world: World, tenant: TenantId, known: Known) => Promise<string>;
}

/** All commands of the rooms; those of a room in the order of the cases. */
const commands: readonly Asked[] = Object.entries(rooms).flatMap(([room, list]) => {
  const cases = commandCases[room as keyof typeof rooms] as Record<string, ((known: Known) => unknown) | undefined>;
  const names = [...new Set([...Object.keys(cases), ...Object.keys(list)])];
  return names.map((name): Asked => {
    const command = `${room}.${name}`;
    return {
      name: command,
      isReading: (list as Record<string, { kind: string } | undefined>)[name]?.kind === 'read',
      async ask(world, tenant, known) {
        const question = cases[name];
        assert.ok(question, `"${command}" has no case in isolation/commands.ts`);
        return outcome(world.dispatch(tenant, room as never, name as never, question(known) as never, BY));
      },
    };
  });
});

/** What only looks first, so that what changes comes upon a world as it was. */
const readingFirst = <One extends { readonly isReading: boolean }>(list: readonly One[]) =>
  list.toSorted((a, b) => Number(b.isReading) - Number(a.isReading));

/** Asks a route of the API and gives status and whole answer. */
async function askRoute(world: World, route: string, tenant: TenantId, asked: RouteCase): Promise<Response> {
  const [method = '', pattern = ''] = route.split(' ');
  const places: Record<string, string | number> = { tenant, ...asked.path };
  const path = pattern.replace(/\{(\w+)\}/g, (_, place: string) => encodeURIComponent(String(places[place])));
  const query = new URLSearchParams(asked.query).toString();
  const hasBody = method !== 'GET' && method !== 'DELETE';
  return world.api.request(`/api/v1${path}${query && `?${query}`}`, {
    method,
    ...(hasBody ? { body: asked.text ?? JSON.stringify(asked.json ?? {}) } : {}),
    headers: { 'content-type': asked.text === undefined ? 'application/json' : 'text/csv' },
  });
}

const asText = async (response: Response) => `${response.status} ${await response.text()}`;

async function routesOf({ api }: World): Promise<string[]> {
  const { paths } = (await (await api.request('/api/v1/openapi.json')).json()) as { paths: Record<string, object> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`),
  );
}

test('every question of the API is about one tenant and has a case, or is known not to be', async () => {
  const found = (await routesOf(pair.full)).sort();
  assert.deepEqual(found, [...Object.keys(routeCases), ...notOfOneTenant].sort());
});

for (const { name, ask } of commands)
  test(`${name}: another tenant’s answer does not depend on the owner, and the owner keeps what it has`, async () => {
    const { full, empty, known } = pair;
    const before = await rowsOf(full, known.owner);
    assert.equal(await ask(full, known.other, known), await ask(empty, known.other, known));
    assert.equal(await rowsOf(full, known.owner), before);
  });

for (const [route, question] of Object.entries(routeCases))
  test(`${route}: another tenant’s answer does not depend on the owner, and the owner keeps what it has`, async () => {
    const { full, empty, known } = pair;
    const before = [await rowsOf(full, known.owner), await settledOf(full, known.owner)];
    const answer = await asText(await askRoute(full, route, known.other, question(known)));
    const meets = shared[route];
    if (meets) {
      assert.match(answer, meets);
      assert.ok(!answer.includes('owner') && !answer.includes(known.owner), answer);
    } else {
      assert.equal(answer, await asText(await askRoute(empty, route, known.other, question(known))));
    }
    assert.deepEqual([await rowsOf(full, known.owner), await settledOf(full, known.owner)], before);
  });

test('a body does not open for another tenant, even with all that the owner’s journal says of it', async () => {
  const { full, known } = pair;
  const question = { spoolId: known.messages[0]! };
  const source = await full.dispatch(known.owner, 'archive', 'source', question, BY);
  assert.match((await full.bodies.raw(known.owner, source!)).toString(), /The secret of delivered-1/);
  await assert.rejects(full.bodies.raw(known.other, source!));
});

/** An answer, and whether anything of the tenant's is other than before. */
async function withChange(world: World, tenant: TenantId, ask: () => Promise<string>): Promise<string> {
  const before = await rowsOf(world, tenant);
  const answer = await ask();
  return `${answer} ${before === (await rowsOf(world, tenant)) ? 'nothing changed' : 'rows changed'}`;
}

test('the owner’s answers do depend on what it has, so that the cases of commands mean something', async (t) => {
  await using fresh = await openPair();
  const { full, empty, known } = fresh;
  for (const { name, ask } of readingFirst(commands).filter((one) => !Object.hasOwn(alikeCommands, one.name)))
    await t.test(name, async () => {
      const asked = (world: World) => withChange(world, known.owner, () => ask(world, known.owner, known));
      assert.notEqual(await asked(full), await asked(empty));
    });
});

test('the owner’s answers do depend on what it has, so that the cases of the API mean something', async (t) => {
  await using fresh = await openPair();
  const { full, empty, known } = fresh;
  const routes = Object.entries(routeCases).map(([route, question]) => ({
    route,
    question,
    isReading: route.startsWith('GET ') || /\/(test|dry-run|verify)$/.test(route),
  }));
  for (const { route, question } of readingFirst(routes).filter((one) => !Object.hasOwn(alikeRoutes, one.route)))
    await t.test(route, async () => {
      const answer = await asText(await askRoute(full, route, known.owner, question(known)));
      assert.doesNotMatch(answer, /^5/);
      assert.notEqual(answer, await asText(await askRoute(empty, route, known.owner, question(known))));
    });
});
