import type { Seeded } from './seeded.ts';

/** A message taken apart far enough to be damaged: whole header fields without their final CRLF, and the body. */
interface Torn {
  fields: string[];
  body: string;
}

type Mutation = (torn: Torn, chance: Seeded) => void;

const SIGNATURE = /^DKIM-Signature:/i;

const headerMutations: Readonly<Record<string, Mutation>> = {
  'more white space': onField((field, chance) =>
    atSome(field, / /g, chance, () => chance.pick(['  ', '\t', ' \t ', '   '])),
  ),
  folding: onField((field, chance) => atSome(field, / /g, chance, () => chance.pick(['\r\n ', '\r\n\t', '\r\n  ']))),
  unfolding: onField((field) => field.replace(/\r\n(?=[ \t])/, '')),
  'space at the end': onField((field, chance) => field + chance.pick([' ', '\t', '  ', '\r\n '])),
  'space before the colon': onField((field, chance) => field.replace(':', chance.pick([' :', '\t:', '\r\n :']))),
  'no space after the colon': onField((field) => field.replace(/: +/, ':')),
  'case of the name': onField((field, chance) =>
    field.replace(/^[^:]+/, (name) => (chance.below(2) ? name.toUpperCase() : name.toLowerCase())),
  ),
  'case of the value': onField((field, chance) => atSome(field, /(?<=:.*)[a-z]/gs, chance, (c) => c.toUpperCase())),
  'lone CR': onField((field, chance) => atSome(field, / /g, chance, () => chance.pick([' \r', '\r ', '\r']))),
  'line that is no field': (torn, chance) =>
    void torn.fields.splice(1 + chance.below(torn.fields.length), 0, chance.pick(['junk', 'no field here', '(x)'])),
  'field repeated': (torn, chance) => {
    const field = chance.pick(torn.fields);
    torn.fields.splice(chance.below(torn.fields.length + 1), 0, field);
  },
  'another value on top': (torn, chance) =>
    void torn.fields.unshift(chance.pick(['From: Eve <eve@evil.example>', 'Subject: other', 'To: x@y.example'])),
  'field removed': (torn, chance) => void torn.fields.splice(chance.below(torn.fields.length), 1),
  'fields swapped': (torn, chance) => {
    const [a, b] = [chance.below(torn.fields.length), chance.below(torn.fields.length)];
    [torn.fields[a], torn.fields[b]] = [torn.fields[b]!, torn.fields[a]!];
  },
};

const signatureMutations: Readonly<Record<string, Mutation>> = {
  'tags in another order': onTags((tags, chance) => void tags.splice(chance.below(tags.length), 0, tags.pop()!)),
  'tag twice': onTags((tags, chance) => void tags.push(chance.pick(tags))),
  'tag removed': onTags((tags, chance) => void tags.splice(chance.below(tags.length), 1)),
  'unknown tag': onTags((tags, chance) => void tags.push(chance.pick([' n=b=c', ' zz=1', ' x y=1', ' B=abc', ' r=y']))),
  'empty tag': onTags((tags, chance) => void tags.splice(chance.below(tags.length + 1), 0, chance.pick(['', ' ']))),
  'tag without value': onTags((tags, chance) => void tags.push(chance.pick([' z', ' l', ' =x']))),
  'semicolon at the end': onTags((tags) => void tags.push('')),
  'space around the equals sign': onTags((tags, chance) =>
    changeOne(tags, chance, (tag) => tag.replace('=', chance.pick([' =', '= ', ' = ', '=\r\n ']))),
  ),
  'case of a tag name': onTags((tags, chance) =>
    changeOne(tags, chance, (tag) => tag.replace(/\w/, (c) => c.toUpperCase())),
  ),
  'other value of a tag': onTags((tags, chance) => {
    const other = chance.pick(OTHER_VALUES);
    const name = other.slice(0, other.indexOf('='));
    const at = tags.findIndex((tag) => tag.trim().startsWith(`${name}=`));
    if (at < 0) tags.unshift(` ${other}`);
    else tags[at] = ` ${other}`;
  }),
  'space in a value': onTags((tags, chance) =>
    changeOne(tags, chance, (tag) => atSome(tag, /(?<==.*)./gs, chance, (c) => ` ${c}`)),
  ),
  'octet of a value': onTags((tags, chance) =>
    changeOne(tags, chance, (tag) => atSome(tag, /(?<==.*)\w/gs, chance, () => chance.pick(['A', '0', '/', '!']))),
  ),
  'value cut': onTags((tags, chance) => changeOne(tags, chance, (tag) => tag.slice(0, -1 - chance.below(3)))),
};

const OTHER_VALUES = [
  'v=2',
  'v=1.0',
  'a=rsa-sha1',
  'a=ed25519-sha256',
  'a=RSA-SHA256',
  'a=dsa-sha256',
  'c=simple/relaxed',
  'c=relaxed',
  'c=simple',
  'c=relaxed/simple',
  'c=relaxed/relaxed/simple',
  'c=nofws',
  'c=',
  'd=other.example',
  'd=signer.example.',
  'd=SIGNER.example',
  'd=example',
  'd=',
  's=absent',
  's=revoked',
  's=RSA',
  'h=to:subject',
  'h=from::to',
  'h=',
  'i=@signer.example',
  'i=user@sub.signer.example',
  'i=@other.example',
  'i=user',
  'i==40signer.example',
  'l=0',
  'l=10',
  'l=999999',
  'l=-1',
  'l=1e3',
  'q=dns/txt',
  'q=http',
  'q=http:dns/txt',
  't=1',
  't=99999999999',
  't=soon',
  'x=1',
  'x=99999999999',
  'x=9999999999999',
  'bh=',
  'b=',
];

const bodyMutations: Readonly<Record<string, Mutation>> = {
  'empty lines at the end': onBody((body, chance) => body + '\r\n'.repeat(1 + chance.below(4))),
  'blank lines at the end': onBody((body, chance) => body + chance.pick([' \r\n', '\t\r\n\r\n', '  ', ' \r\n ', '\t'])),
  'no final CRLF': onBody((body) => body.replace(/(\r\n)+$/, '')),
  'no body': onBody((_, chance) => chance.pick(['', '\r\n', '\r\n\r\n', ' ', ' \r\n\t\r\n', '\r'])),
  'space at line ends': onBody((body, chance) =>
    atSome(body, /\r\n/g, chance, () => chance.pick([' \r\n', '\t\r\n', ' \t \r\n'])),
  ),
  'more white space': onBody((body, chance) => atSome(body, / /g, chance, () => chance.pick(['  ', '\t', ' \t']))),
  'space at line starts': onBody((body, chance) =>
    atSome(body, /\r\n/g, chance, () => chance.pick(['\r\n ', '\r\n\t'])),
  ),
  'dots at line starts': onBody((body, chance) =>
    atSome(body, /\r\n/g, chance, () => chance.pick(['\r\n.', '\r\n..', '\r\n.\r\n'])),
  ),
  'CR CR LF': onBody((body, chance) =>
    atSome(body, /\r\n/g, chance, () => chance.pick(['\r\r\n', ' \r\r\n', '\r \r\n'])),
  ),
  'lone CR': onBody((body, chance) => atSome(body, / /g, chance, () => chance.pick(['\r', ' \r', '\r ', '\r\r']))),
  'CR at the end': onBody((body, chance) => body + chance.pick(['\r', '\r\r', ' \r', '\r\r\n', '\r\n\r', '\r \r\n'])),
  'empty line': onBody((body, chance) => atSome(body, /\r\n/g, chance, () => chance.pick(['\r\n\r\n', '\r\n \r\n']))),
  'octet changed': onBody((body, chance) => atSome(body, /\w/g, chance, () => chance.pick(['#', '\0', '\xff', '']))),
  'text added': onBody((body, chance) => body + chance.pick(['more\r\n', 'more', ' more \r\n', '\r\n\r\nmore\r\n'])),
  'text cut': onBody((body, chance) => body.slice(0, chance.below(body.length + 1))),
};

const kinds = [headerMutations, signatureMutations, bodyMutations].map((kind) => Object.entries(kind));

/** Damages a signed message in one to three ways; says which. Line feeds never come without a CR: SMTP refuses those. */
export function mutate(raw: Buffer, chance: Seeded): { readonly raw: Buffer; readonly how: string } {
  const text = raw.toString('latin1');
  const blank = text.indexOf('\r\n\r\n');
  const torn = { fields: text.slice(0, blank).split(/\r\n(?![ \t])/), body: text.slice(blank + 4) };
  const how: string[] = [];
  for (let count = 1 + chance.below(3); count > 0 && torn.fields.length > 1; count--) {
    const [name, mutation] = chance.pick(chance.pick(kinds));
    mutation(torn, chance);
    how.push(name);
  }
  return { raw: Buffer.from(`${torn.fields.join('\r\n')}\r\n\r\n${torn.body}`, 'latin1'), how: how.join(', ') };
}

function onField(change: (field: string, chance: Seeded) => string): Mutation {
  return (torn, chance) => {
    const at = chance.below(torn.fields.length);
    torn.fields[at] = change(torn.fields[at]!, chance);
  };
}

function onTags(change: (tags: string[], chance: Seeded) => void): Mutation {
  return (torn, chance) => {
    const at = torn.fields.findIndex((field) => SIGNATURE.test(field));
    if (at < 0) return;
    const [name, value] = [torn.fields[at]!.slice(0, 15), torn.fields[at]!.slice(15)];
    const tags = value.split(';');
    change(tags, chance);
    torn.fields[at] = name + tags.join(';');
  };
}

function onBody(change: (body: string, chance: Seeded) => string): Mutation {
  return (torn, chance) => {
    torn.body = change(torn.body, chance);
  };
}

function changeOne(tags: string[], chance: Seeded, change: (tag: string) => string): void {
  const at = chance.below(tags.length);
  tags[at] = change(tags[at]!);
}

/** Replaces one match, or now and then all. */
function atSome(text: string, pattern: RegExp, chance: Seeded, replace: (found: string) => string): string {
  const count = text.match(pattern)?.length ?? 0;
  if (count === 0) return text;
  const chosen = chance.below(5) === 0 ? -1 : chance.below(count);
  let i = 0;
  return text.replace(pattern, (found) => (chosen < 0 || i++ === chosen ? replace(found) : found));
}
