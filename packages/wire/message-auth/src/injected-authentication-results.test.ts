import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatAuthenticationResults } from './format-authentication-results.ts';
import type { AuthResult } from './results.ts';

const ordinary: AuthResult = {
  spf: { result: 'pass', domain: 'example.jp', identity: 'mailfrom', mechanism: 'a' },
  dkim: [
    {
      result: 'fail',
      reason: 'body hash did not verify',
      domain: 'example.jp',
      selector: 's1',
      identity: 'taro@mail.example.jp',
      algorithm: 'rsa-sha256',
      signature: 'AbCd+/12',
    },
  ],
  dmarc: { result: 'pass', domains: ['example.jp'], policy: 'reject', alignedSpf: true, alignedDkim: [] },
  arc: { result: 'none' },
};

test('formatAuthenticationResults() writes one folded field', () => {
  assert.equal(
    formatAuthenticationResults(ordinary, 'mx.ours.example'),
    [
      'Authentication-Results: mx.ours.example; spf=pass smtp.mailfrom=example.jp;',
      '\tdkim=fail (body hash did not verify) header.d=example.jp',
      '\theader.i=taro@mail.example.jp header.s=s1 header.a=rsa-sha256',
      '\theader.b="AbCd+/12"; dmarc=pass policy.dmarc=reject header.from=example.jp;',
      '\tarc=none',
      '',
    ].join('\r\n'),
  );
});

test('formatAuthenticationResults() says "none" of an unsigned message, and nothing of an ARC outage', () => {
  const text = formatAuthenticationResults({ ...ordinary, dkim: [], arc: { result: 'temperror' } }, 'mx.ours.example');
  assert.match(text, /dkim=none;/);
  assert.doesNotMatch(text, /\sarc=/);
});

/** Takes the field apart as a strict reader does; throws at whatever is no resinfo of RFC 8601 §2.2. */
function readResults(text: string): { id: string; methods: string[] } {
  assert.match(text, /^Authentication-Results:[^\r\n]*(?:\r\n\t[^\r\n]+)*\r\n$/);
  assert.match(text, /^[\x20-\x7e\r\n\t]*$/);
  for (const line of text.split('\r\n')) assert.ok(line.length <= 998);
  const value = text.slice('Authentication-Results:'.length).replace(/\r\n\t|\r\n$/g, ' ');
  const quoted = /"(?:[^"\\]|\\.)*"/y;
  const comment = /\((?:[^()\\]|\\.)*\)/y;
  let bare = '';
  for (let at = 0; at < value.length; ) {
    const pattern = value[at] === '"' ? quoted : value[at] === '(' ? comment : /[^"()]/y;
    pattern.lastIndex = at;
    const [found] = pattern.exec(value) ?? assert.fail(`at ${at} of ${value}`);
    bare += found!.length > 1 ? 'Q' : found;
    at += found!.length;
  }
  const [id, ...methods] = bare.split(';').map((part) => part.trim());
  return { id: id!, methods };
}

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(
        '\r',
        '\n',
        '\r\n',
        '\0',
        '"',
        '\\',
        '(',
        ')',
        ';',
        ' ',
        '\t',
        '\u2028',
        '\u0085',
        'x',
        '@',
        'a.jp',
        'dkim=pass',
        '\r\nX: y',
      ),
    )
    .map((parts) => parts.join('')),
  fc.string({ minLength: 900, maxLength: 1200 }),
);

test('header injection: formatAuthenticationResults() says four things whatever strings it is given', () => {
  const given = fc.record({
    domain: hostile,
    reason: hostile,
    identity: hostile,
    selector: hostile,
    signature: hostile,
    id: hostile,
  });
  fc.assert(
    fc.property(given, ({ domain, reason, identity, selector, signature, id }) => {
      const result: AuthResult = {
        spf: { ...ordinary.spf, domain, reason },
        dkim: [{ ...ordinary.dkim[0]!, domain, reason, identity, selector, signature, algorithm: selector }],
        dmarc: { ...ordinary.dmarc, reason, domains: [domain], policy: selector as 'none' },
        arc: { result: 'fail', reason },
      };
      const read = readResults(formatAuthenticationResults(result, id));
      assert.doesNotMatch(read.id, /[ =]/);
      assert.deepEqual(
        read.methods.map((part) => part.split(' ')[0]),
        ['spf=pass', 'dkim=fail', 'dmarc=pass', 'arc=fail'],
      );
      for (const part of read.methods)
        for (const word of part.split(' ').slice(1))
          assert.match(word, /^(?:Q|(?:smtp\.mailfrom|header\.[disabfrom]+|policy\.dmarc)=\S+)$/);
    }),
    { numRuns: 150 },
  );
});
