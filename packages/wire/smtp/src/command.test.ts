import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Command, parseCommand } from './command.ts';

const faultOf = (line: string) => {
  const command = parseCommand(line);
  assert.equal(command.verb, 'fault', line);
  const { reply } = (command as Extract<Command, { verb: 'fault' }>).refusal;
  return `${reply.code} ${reply.enhanced}`;
};

test('parseCommand() reads MAIL with all its parameters', () => {
  assert.deepEqual(parseCommand('mail from:<a@Example.jp> size=1000 BODY=8bitmime SMTPUTF8 RET=HDRS ENVID=Q+2B1'), {
    verb: 'MAIL',
    reversePath: { localPart: 'a', domain: 'example.jp' },
    parameters: { sizeOctets: 1000, body: '8bitmime', smtpUtf8: true, ret: 'hdrs', envelopeId: 'Q+1' },
  });
});

test('parseCommand() reads RCPT with NOTIFY and ORCPT', () => {
  assert.deepEqual(parseCommand('RCPT TO:<a@example.jp> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b+2Bc@example.com'), {
    verb: 'RCPT',
    forwardPath: { localPart: 'a', domain: 'example.jp' },
    parameters: { notify: ['success', 'delay'], originalRecipient: 'rfc822;b+c@example.com' },
    utf8: false,
  });
});

test('parseCommand() finds the end of a path behind a quoted >', () => {
  const command = parseCommand('RCPT TO:<"a> NOTIFY=NEVER"@example.jp> NOTIFY=DELAY');
  assert.deepEqual(command.verb === 'RCPT' && [command.forwardPath, command.parameters], [
    { localPart: 'a> NOTIFY=NEVER', domain: 'example.jp' },
    { notify: ['delay'] },
  ]);
});

test('parseCommand() tolerates white space behind a command (RFC 5321 §4.1.1)', () => {
  assert.deepEqual(parseCommand('DATA  '), { verb: 'DATA' });
});

test('parseCommand() reads EHLO with a domain or an address literal', () => {
  assert.deepEqual(parseCommand('EHLO mail.example.jp'), { verb: 'EHLO', domain: 'mail.example.jp' });
  assert.deepEqual(parseCommand('helo [IPv6:2001:db8::1]'), { verb: 'HELO', domain: '[IPv6:2001:db8::1]' });
});

test('parseCommand() reads AUTH with and without an initial response', () => {
  assert.deepEqual(parseCommand('AUTH plain AGEAYg=='), {
    verb: 'AUTH',
    mechanism: 'PLAIN',
    initialResponse: 'AGEAYg==',
  });
  assert.deepEqual(parseCommand('AUTH LOGIN'), { verb: 'AUTH', mechanism: 'LOGIN', initialResponse: null });
});

test('parseCommand() reads XCLIENT', () => {
  assert.deepEqual(parseCommand('XCLIENT NAME=[UNAVAILABLE] ADDR=IPV6:2001:DB8::1 PORT=1234 HELO=a+2Eb PROTO=ESMTP'), {
    verb: 'XCLIENT',
    attributes: { ip: '2001:db8::1', port: 1234, ehlo: 'a.b', protocol: 'ESMTP' },
  });
});

test('parseCommand() gives a word that is no command back as unknown', () => {
  assert.deepEqual(parseCommand('GET / HTTP/1.1'), { verb: 'unknown', word: 'GET' });
  assert.deepEqual(parseCommand(''), { verb: 'unknown', word: '' });
});

for (const [line, reply] of Object.entries({
  'MAIL FROM: <a@example.jp>': '501 5.5.4',
  'MAIL FROM:a@example.jp': '501 5.5.4',
  MAIL: '501 5.5.4',
  'MAIL FROM:<a@example.jp>SIZE=1': '501 5.5.4',
  'MAIL FROM:<a@example.jp> SIZE=x': '501 5.5.4',
  'MAIL FROM:<a@example.jp> SIZE=1 SIZE=2': '501 5.5.4',
  'MAIL FROM:<a@example.jp> SIZE=123456789012345678901': '501 5.5.4',
  'MAIL FROM:<a@example.jp> BODY=BINARYMIME': '501 5.5.4',
  'MAIL FROM:<a@example.jp> ENVID=a+0D+0Ab': '501 5.5.4',
  'MAIL FROM:<a@example.jp> AUTH=<>': '555 5.5.4',
  'MAIL FROM:<a@example.jp> =x': '501 5.5.4',
  'MAIL FROM:<太郎@example.jp>': '553 5.6.7',
  'MAIL FROM:<a@例え.jp>': '553 5.6.7',
  'MAIL FROM:<a@@example.jp>': '501 5.1.7',
  'RCPT TO:<>': '501 5.1.3',
  'RCPT TO:a@example.jp': '501 5.5.4',
  'RCPT TO:<a@example.jp> NOTIFY=NEVER,DELAY': '501 5.5.4',
  'RCPT TO:<a@example.jp> ORCPT=rfc822': '501 5.5.4',
  'RCPT TO:<a@example.jp> ORCPT=rfc822;a+0Ab': '501 5.5.4',
  'RCPT TO:<a@example.jp> SIZE=1': '555 5.5.4',
  EHLO: '501 5.5.4',
  'EHLO a b': '501 5.5.4',
  'EHLO a(b)': '501 5.5.4',
  'DATA now': '501 5.5.4',
  'STARTTLS now': '501 5.5.4',
  AUTH: '501 5.5.4',
  'AUTH PLAIN ***': '501 5.5.4',
  'XCLIENT ADDR=nowhere': '501 5.5.4',
  'XCLIENT LOGIN=taro': '501 5.5.4',
  'NOOP\rQUIT': '500 5.5.2',
  'NOOP\0': '500 5.5.2',
  'NOOP \u2028': '500 5.5.2',
  'NOOP \u0085': '500 5.5.2',
  'MAIL FROM:<a@example.jp>\tSIZE=1': '500 5.5.2',
})) {
  test(`parseCommand() refuses ${JSON.stringify(line)} with ${reply}`, () => assert.equal(faultOf(line), reply));
}

test('parseCommand() refuses octets that are not UTF-8', () => {
  assert.equal(parseCommand(Buffer.from([0x4e, 0xff])).verb, 'fault');
});

test('parseCommand() never throws and never lets a control character through', () => {
  const word = fc.constantFrom(
    'MAIL FROM:',
    'RCPT TO:',
    '<',
    '>',
    '@',
    'a',
    '"',
    '\\',
    ' SIZE=',
    ' ORCPT=rfc822;',
    '+0D',
    '\r',
    '\n',
    '\0',
    '例',
    '.',
    'EHLO ',
    'XCLIENT ADDR=',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(word).map((all) => all.join('')),
      ),
      (line) => {
        const command = parseCommand(line);
        if (command.verb !== 'fault') assert.doesNotMatch(JSON.stringify(command), /\\[nr]|\\u000|[\u2028\u2029]/);
      },
    ),
    { numRuns: 2000 },
  );
});
