/** Mails that one rule keeps back for one reason. */
interface Class {
  readonly rule: string;
  readonly why: string;
  readonly paths: readonly string[];
}

/** Every mail of the corpora that does not go on by itself. All others are delivered. */
const CLASSES: readonly Class[] = [
  {
    rule: 'infected',
    why: 'the test virus, in one wrapping or another',
    paths: [
      'hostile-generated/eicar-double-ext.eml',
      'hostile-generated/eicar-plain.eml',
      'hostile-generated/eicar-qp-no-filename.eml',
      'hostile-generated/eicar-tgz.eml',
      'hostile-generated/eicar-uu.eml',
      'hostile-generated/eicar-zip-zip.eml',
      'hostile-generated/eicar-zip.eml',
      'hostile-generated/zip-lying-size.eml',
      'rspamd/broken_richtext.eml',
    ],
  },
  {
    rule: 'unscannable',
    why: 'archives that unpack to more, or lie deeper, than anybody looks into',
    paths: [
      'hostile-generated/eicar-zip-20-deep.eml',
      'hostile-generated/gz-bomb.eml',
      'hostile-generated/zip-many-entries.eml.gz',
      'hostile-generated/zipbomb-flat-200mb.eml',
      'hostile-generated/zipbomb-nested-200gb.eml',
      'hostile-generated/zipbomb-overlap.eml',
    ],
  },
  {
    rule: 'unscannable',
    why: 'a structure beyond the limits of the parse, so that something in it was not seen',
    paths: [
      'hostile-generated/header-folded-200000.eml.gz',
      'hostile-generated/headers-50000.eml.gz',
      'hostile-generated/nest-multipart-100.eml',
      'hostile-generated/nest-multipart-1000.eml',
      'hostile-generated/nest-multipart-20000.eml.gz',
      'hostile-generated/nest-rfc822-1000.eml',
      'hostile-generated/nest-same-boundary-500.eml',
      'hostile-generated/parts-100000.eml.gz',
      'hostile-generated/references-50000.eml.gz',
    ],
  },
  {
    rule: 'unscannable',
    why: 'something in it needs a password, so nobody has seen it',
    paths: [
      'japanese-generated/jp088-ppap-zipcrypto.eml',
      'japanese-generated/jp089-ppap-aes256.eml',
      'japanese-generated/jp090-7z-encrypted-names.eml',
      'oletools/encrypted/autostart-encrypt-standardpassword.xlsm',
      'oletools/encrypted/encrypted.docx',
      'oletools/encrypted/encrypted.xls',
      'oletools/msodde/dde-in-word2007.xml.zip',
    ],
  },
  {
    rule: 'unscannable',
    why: 'a fragment of a message (RFC 2046 §5.2.2): the rest is elsewhere',
    paths: [
      'hostile-generated/partial-1.eml',
      'sisimai-bounces/bsd/lhost-bigfoot-02.eml',
      'stalwart-mail-parser/thirdparty/009.eml',
    ],
  },
  {
    rule: 'unscannable',
    why: 'a body that lies elsewhere (RFC 2046 §5.2.3) and is never fetched; the IETF announced drafts so',
    paths: [
      'hostile-generated/external-body.eml',
      'ietf-mailarchive/mail_external_body.1',
      'ietf-mailarchive/mailbox_mmdf#1',
      'ietf-mailarchive/mailbox_mmdf#2',
      'ietf-mailarchive/mailbox_mmdf#3',
      'python-email/msg_36.eml',
      'stalwart-mail-parser/rfc/001.eml',
    ],
  },
];

const BY_PATH = new Map(CLASSES.flatMap((one) => one.paths.map((path) => [path, one] as const)));

/** The class of a mail that has to be kept back, or `null` when it has to be delivered. */
export function expectedQuarantine(path: string): Class | null {
  return BY_PATH.get(path) ?? null;
}

/** True for rules that only hold where mail is scanned for viruses. */
export const needsAntivirus = (rule: string) => rule === 'infected' || rule === 'unscannable';
