import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InspectionLimits, MessageInspector } from '@sekisho/inspection';
import { plainInspection } from '../testing/spooled-house.ts';
import { InspectorInUse } from './inspector-in-use.ts';

test('setLimits() opens a new inspector, and closes the former one when its messages are done', async () => {
  const said: string[] = [];
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const open = (limits: Partial<InspectionLimits>): MessageInspector => {
    const name = `${limits.archiveDepth ?? 'usual'}`;
    const close = async () => void said.push(`${name} closed`);
    return {
      async inspect() {
        said.push(`${name} looks`);
        await gates.shift()?.promise;
        return plainInspection();
      },
      close,
      [Symbol.asyncDispose]: close,
    };
  };
  const inspector = new InspectorInUse(open, (error) => assert.ifError(error));
  const look = () => inspector.inspect(Buffer.alloc(0), {} as Parameters<MessageInspector['inspect']>[1]);
  const [first, second] = gates;
  const looks = [look(), look()];
  inspector.setLimits({ archiveDepth: 1 });
  inspector.setLimits({ archiveDepth: 2 });
  await look();
  first!.resolve();
  await looks[0];
  assert.deepEqual(said, ['usual looks', 'usual looks', '1 closed', '2 looks']);
  second!.resolve();
  await looks[1];
  assert.equal(said.at(-1), 'usual closed');
});
