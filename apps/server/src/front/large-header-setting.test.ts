import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effectiveSettings } from '@sekisho/config';
import { openTestGateway, TestClient } from '@sekisho/gateway/testing';
import { gatewayLimitsOf } from './gateway-limits.ts';

const MIB = 1024 * 1024;

for (const headerOctets of [65_536, MIB, 16 * MIB]) {
  test(`a front starts with the setting smtp.header-octets at ${headerOctets}, and keeps it`, async () => {
    const limits = gatewayLimitsOf(effectiveSettings({ 'smtp.header-octets': headerOctets }, {}));
    const { gateway, port } = await openTestGateway({ limits });
    const client = await TestClient.dial(port);
    for (const [octets, reply] of [
      [headerOctets - 1000, /^250 /],
      [headerOctets + 1000, /^552 5\.3\.4 /],
    ] as const) {
      await client.codes('EHLO client.test', 'MAIL FROM:<a@b.test>', 'RCPT TO:<taro@a.example>', 'DATA');
      const field = `X: ${'x'.repeat(900)}\r\n`;
      client.send(`${field.repeat(Math.round(octets / field.length))}\r\nbody\r\n.\r\n`);
      assert.match(await client.reply(), reply, `${octets}`);
    }
    client.close();
    await gateway.drain(100);
  });
}
