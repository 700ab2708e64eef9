/** A way in which mailauth and we differ over a signature, and why ours is right. */
export interface ExplainedDifference {
  readonly why: string;
  /** Patterns of "outcome: reason" on each side. */
  readonly ours: RegExp;
  readonly theirs: RegExp;
  /** Only for messages that match. */
  readonly when?: RegExp;
}

const REFUSED = /^(?:fail|neutral|policy): /;

/** All known classes. None of them lets a message of ours pass that mailauth refuses, except where it says so. */
export const explainedDifferences: readonly ExplainedDifference[] = [
  {
    why: 'A signature that RFC 6376 §6.1.1 and §6.1.2 refuse for good is "permerror" here; mailauth calls it "neutral"',
    ours: /^permerror: /,
    theirs:
      /^neutral: (?:signature syntax error|signature missing required tag|incompatible version|unknown algorithm|unknown canonicalization|unsupported query method|domain mismatch|From field not signed|invalid expiration|no key|unknown key (?:version|type)|invalid public key|inappropriate (?:hash|key) algorithm|key not for email)$/,
  },
  {
    why: 'Expiry ends the verification before anything else is looked at, and the outcome is "fail"; mailauth verifies first and then says "neutral"',
    ours: /^fail: signature expired$/,
    theirs: REFUSED,
  },
  {
    why: 'RSA keys below 1024 bits and rsa-sha1 are no valid signatures at all (RFC 8301 §3), not a matter of our policy',
    ours: /^permerror: (?:RSA key of \d+ bits is too short|rsa-sha1 is no longer accepted)$/,
    theirs: /^policy: weak-/,
  },
  {
    why: 'The field is checked before the body is hashed: what is wrong with both is reported as a fault of the field',
    ours: /^permerror: (?:malformed b=|rsa-sha1 is no longer accepted|unknown canonicalization)$/,
    theirs: /^fail: (?:body hash did not verify|bad signature)$/,
  },
  {
    why: 'l= must not exceed the canonical body (RFC 6376 §3.5): octets that were signed are gone; mailauth hashes what is left',
    ours: /^permerror: l= exceeds the body$/,
    theirs: /^(?:pass|fail|neutral|policy): /,
  },
  {
    why: 'b= must be base64 (RFC 6376 §3.5); mailauth skips what is not, so that a line put below the field stays unseen',
    ours: /^permerror: malformed b=$/,
    theirs: /^pass: $/,
  },
  {
    why: 'c= has one or two algorithms, none of them empty (RFC 6376 §3.5); mailauth reads the first two, or the default',
    ours: /^permerror: unknown canonicalization$/,
    theirs: /^pass: $/,
  },
  {
    why: 'A c= without a header algorithm makes mailauth throw and give no result for the whole message',
    ours: /^/,
    theirs: /^threw: Unknown header canonicalization$/,
  },
  {
    why: 'h= names DKIM-Signature: never the field under verification (RFC 6376 §3.5), which mailauth takes too',
    ours: /^(?:pass|fail): /,
    theirs: /^(?:pass|fail): /,
    when: /^DKIM-Signature\s*:[^;]*(?:;[^;]*)*;\s*h=[^;]*:DKIM-Signature\b/im,
  },
  {
    why: 'A lone CR at the end of the last header field is part of it; mailauth takes it away. SMTP refuses such mail',
    ours: /^(?:pass|fail): /,
    theirs: /^(?:pass|fail): /,
    when: /^(?:(?!\r\n\r\n)[\s\S])*?\r(?:\r\n\r\n|$)/,
  },
  {
    why: 'A first line without a colon is no field, whatever it says',
    ours: /^none$/,
    theirs: /^neutral: unknown algorithm$/,
    when: /^DKIM-Signature[ \t]*\r\n\r\n/i,
  },
];
