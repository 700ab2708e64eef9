/** Every fact of this room, and what it says. Values are JSON, cut to fifty items and 160 characters each. */
export const FACT_NAMES = {
  'message/size': 'octets of the raw message: a number',
  'message/ambiguity': '{kind}: readers may differ here; one fact for each kind',
  'message/over-limit': '{limit}: a limit of the parse was met; one fact for each',
  'message/incomplete': '{kind: partial | external-body}: contents that are not in the message',
  'message/fields': '{field: [values]}: the header fields that were asked for',
  'auth/spf': 'SPF (RFC 7208), receptions only',
  'auth/dkim': 'DKIM (RFC 6376), receptions only',
  'auth/dmarc': 'DMARC (RFC 7489), receptions only',
  'auth/arc': 'ARC (RFC 8617), receptions only',
  'attachment/type': '[{type, name, octets}]: each attachment, type by content',
  'attachment/mismatch': '[{at, by: name | type, declared, type}]: the content is something else',
  'attachment/executable': '[{at, type, member?}]: runs when opened',
  'attachment/look-alike-name': '[{at, member?, tricks}]: names that hide what they are',
  'attachment/encrypted': '[{at}]: needs a password',
  'attachment/macros': '[{at}]: holds macros',
  'attachment/polyglot': '[{at}]: a ZIP archive and something else at once',
  'attachment/unopened': '[{at, member?, reason}]: could not be opened, or not to its end',
  'archive/contents': '[{at, files, octets, types, extensions}]: what is in an archive',
  'antivirus/verdict': '{state: clean | infected | unscannable | not-scanned, signature?, reason?}',
  'inspection/failed': '{inspector, why}: an unforeseen error; one fact for each',
} as const;

export type FactName = keyof typeof FACT_NAMES;
