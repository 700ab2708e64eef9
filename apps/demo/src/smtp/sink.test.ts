import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DELIVERED, type Play } from '../plays/play.ts';
import { playOverSmtp } from './play-client.ts';
import { Sink } from './sink.ts';

const play = (change: Partial<Play> = {}): Play => ({
  about: 'business',
  port: 'smtp',
  from: '127.0.0.41',
  ehlo: 'mail.outside.example',
  reversePath: 'hanako@outside.example',
  forwardPaths: ['taro@aoba.example'],
  raw: Buffer.from('Subject: x\r\n\r\n.hidden\r\n..\r\n'),
  expected: DELIVERED,
  ...change,
});

test('a sink keeps what a client played, octet for octet', async () => {
  const sink = await Sink.open('sink.example', (address) => address === 'taro@aoba.example');
  try {
    const { accepted, refusals } = await playOverSmtp(play(), sink.port);
    assert.deepEqual(refusals, []);
    assert.deepEqual(accepted?.forwardPaths, ['taro@aoba.example']);
    const [message] = sink.messages;
    assert.equal(message?.reversePath, '<hanako@outside.example>');
    assert.equal(message?.content.toString(), play().raw.toString());
  } finally {
    await sink.close();
  }
});

test('a sink refuses whom it does not know and what no server may take', async () => {
  const sink = await Sink.open('sink.example', (address) => address === 'taro@aoba.example');
  try {
    const unknown = await playOverSmtp(play({ forwardPaths: ['jiro@aoba.example', 'taro@aoba.example'] }), sink.port);
    assert.deepEqual(
      unknown.refusals.map(({ to, code, forwardPath }) => [to, code, forwardPath]),
      [['RCPT', 550, 'jiro@aoba.example']],
    );
    assert.ok(unknown.accepted);
    const bare = await playOverSmtp(play({ raw: Buffer.from('Subject: x\n\r\n') }), sink.port);
    assert.equal(bare.accepted, null);
    assert.equal(sink.messages.length, 1);
  } finally {
    await sink.close();
  }
});
