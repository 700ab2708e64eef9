import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forgedAuthenticationResults } from './forged-authentication-results.ts';

const OURS = 'mx.ours.example';

function forged(...fields: string[]): string[] {
  const raw = Buffer.from(
    `${fields.map((field) => `${field}\r\n`).join('')}\r\nAuthentication-Results: ${OURS}; x=y\r\n`,
  );
  return forgedAuthenticationResults(raw, OURS).map(([start, end]) => raw.toString('utf8', start, end));
}

test('forgedAuthenticationResults() finds whole fields in our name, however they are written', () => {
  for (const field of [
    `Authentication-Results: ${OURS}; spf=pass`,
    `authentication-results:${OURS};spf=pass`,
    `AUTHENTICATION-RESULTS : MX.Ours.Example; spf=pass`,
    `Authentication-Results\t: ${OURS}.; spf=pass`,
    `Authentication-Results\r\n : ${OURS}; spf=pass`,
    `Authentication-Results:\r\n\t${OURS};\r\n\tspf=pass`,
    `Authentication-Results: ${OURS} 1; spf=pass`,
    `Authentication-Results: "${OURS}"; spf=pass`,
    `Authentication-Results: "mx.\\ours.example"; spf=pass`,
    `Authentication-Results: (hello) ${OURS} (there); spf=pass`,
    `Authentication-Results: (a (nested) one)${OURS}; spf=pass`,
    `Authentication-Results: mx.(x)ours.example ${OURS}`,
    `Authentication-Results: ${OURS}`,
    `Authentication-Results: other.example ${OURS}; spf=pass`,
  ])
    assert.deepEqual(forged('Subject: x', field, 'To: y'), [`${field}\r\n`], field);
});

test('forgedAuthenticationResults() leaves the fields of others, and other fields', () => {
  assert.deepEqual(
    forged(
      `Authentication-Results: mx.other.example; spf=pass smtp.helo=${OURS}`,
      `Authentication-Results: not${OURS}; spf=pass`,
      `Authentication-Results: ${OURS}.evil.example; spf=pass`,
      `ARC-Authentication-Results: i=1; ${OURS}; spf=pass`,
      `X-Authentication-Results: ${OURS}; spf=pass`,
      `Subject: Authentication-Results: ${OURS}`,
    ),
    [],
  );
});

test('forgedAuthenticationResults() compares U-labels with A-labels', () => {
  const raw = Buffer.from('Authentication-Results: mx.例え.example; spf=pass\r\n\r\n');
  assert.deepEqual(forgedAuthenticationResults(raw, 'mx.xn--r8jz45g.example'), [[0, raw.length - 2]]);
});

test('forgedAuthenticationResults() finds every one of many, in time', () => {
  const raw = Buffer.from(`Authentication-Results: ${OURS}; a=b\r\n`.repeat(20_000) + '\r\n');
  assert.equal(forgedAuthenticationResults(raw, OURS).length, 20_000);
  const endless = Buffer.from(`Authentication-Results: ${'('.repeat(500_000)}${' '.repeat(500_000)}\r\n\r\n`);
  assert.deepEqual(forgedAuthenticationResults(endless, OURS), []);
});
