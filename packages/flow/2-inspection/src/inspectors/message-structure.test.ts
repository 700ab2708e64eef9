import assert from 'node:assert/strict';
import { test } from 'node:test';
import { factsNamed, fixture, inspectMail } from '../testing/inspect-mail.ts';

test('messageStructure tells size, ambiguities, limits and missing contents', async () => {
  const facts = async (name: string) => (await inspectMail(fixture(`hostile-generated/${name}`))).facts;
  const twice = await facts('ct-duplicate.eml');
  assert.deepEqual(factsNamed(twice, 'message/size'), [fixture('hostile-generated/ct-duplicate.eml').length]);
  assert.ok(
    factsNamed(twice, 'message/ambiguity').some((value) => JSON.stringify(value) === '{"kind":"content-type-twice"}'),
  );
  const deep = await facts('nest-multipart-1000.eml');
  assert.ok(factsNamed(deep, 'message/over-limit').some((value) => JSON.stringify(value) === '{"limit":"depth"}'));
  assert.deepEqual(factsNamed(await facts('partial-1.eml'), 'message/incomplete'), [{ kind: 'partial' }]);
  assert.deepEqual(factsNamed(await facts('external-body.eml'), 'message/incomplete'), [{ kind: 'external-body' }]);
});

test('messageStructure says only the size of an ordinary mail', async () => {
  const { facts } = await inspectMail('Subject: hello\r\n\r\nhello\r\n');
  assert.deepEqual(
    facts.map((fact) => fact.name).filter((name) => name.startsWith('message/')),
    ['message/size'],
  );
});
