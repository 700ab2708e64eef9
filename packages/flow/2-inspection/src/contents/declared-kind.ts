import type { ContentKind } from './kinds.ts';

type Kinds = readonly ContentKind[];

const TEXTS: Kinds = ['text', 'html', 'xml', 'mail', 'script', 'svg', 'empty'];
const ZIPS: Kinds = ['zip', 'docx', 'xlsx', 'pptx', 'opendocument', 'jar', 'apk', 'epub'];
const OLES: Kinds = ['ole', 'doc', 'xls', 'ppt', 'msg', 'msi'];

/** What a file may be when its name ends so. Old Office names are also used for RTF, HTML and XML by Office itself. */
const BY_EXTENSION: Readonly<Record<string, Kinds>> = {
  txt: TEXTS,
  csv: TEXTS,
  log: TEXTS,
  ics: TEXTS,
  htm: TEXTS,
  html: TEXTS,
  xml: TEXTS,
  svg: TEXTS,
  json: TEXTS,
  eml: TEXTS,
  rtf: ['rtf'],
  pdf: ['pdf'],
  doc: ['doc', 'ole', 'rtf', 'html', 'xml', 'docx'],
  xls: ['xls', 'ole', 'html', 'xml', 'text', 'xlsx'],
  ppt: ['ppt', 'ole', 'pptx'],
  docx: ['docx', 'ole'],
  docm: ['docx', 'ole'],
  xlsx: ['xlsx', 'ole'],
  xlsm: ['xlsx', 'ole'],
  pptx: ['pptx', 'ole'],
  pptm: ['pptx', 'ole'],
  odt: ['opendocument'],
  ods: ['opendocument'],
  odp: ['opendocument'],
  msg: ['msg', 'ole'],
  zip: ZIPS,
  jar: ['jar', 'zip'],
  rar: ['rar'],
  '7z': ['7z'],
  gz: ['gzip'],
  tgz: ['gzip'],
  tar: ['tar'],
  bz2: ['bzip2'],
  xz: ['xz'],
  lzh: ['lzh'],
  cab: ['cab'],
  iso: ['iso'],
  exe: ['pe'],
  dll: ['pe'],
  scr: ['pe'],
  msi: ['msi', 'ole'],
  lnk: ['lnk'],
  png: ['png'],
  jpg: ['jpeg'],
  jpeg: ['jpeg'],
  gif: ['gif'],
  bmp: ['bmp'],
  tif: ['tiff'],
  tiff: ['tiff'],
  webp: ['webp'],
  heic: ['heif'],
  ico: ['ico', 'png'],
  mp3: ['audio'],
  wav: ['audio'],
  mp4: ['video'],
  mov: ['video'],
  avi: ['video'],
};

/** What a part may be when it declares this media type. */
const BY_MEDIA_TYPE: Readonly<Record<string, Kinds>> = {
  'application/pdf': ['pdf'],
  'application/rtf': ['rtf'],
  'text/rtf': ['rtf'],
  'application/msword': ['doc', 'ole', 'rtf', 'html', 'xml', 'docx'],
  'application/vnd.ms-excel': ['xls', 'ole', 'html', 'xml', 'text', 'xlsx'],
  'application/vnd.ms-powerpoint': ['ppt', 'ole', 'pptx'],
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': ['docx', 'ole'],
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': ['xlsx', 'ole'],
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': ['pptx', 'ole'],
  'application/zip': ZIPS,
  'application/x-zip-compressed': ZIPS,
  'application/gzip': ['gzip'],
  'application/x-gzip': ['gzip'],
  'application/x-7z-compressed': ['7z'],
  'application/vnd.rar': ['rar'],
  'application/x-tar': ['tar'],
  'application/vnd.ms-outlook': OLES,
  'image/png': ['png'],
  'image/jpeg': ['jpeg'],
  'image/gif': ['gif'],
  'image/bmp': ['bmp'],
  'image/tiff': ['tiff'],
  'image/webp': ['webp'],
  'image/svg+xml': ['svg', 'xml', 'text'],
};

const MEDIA_GROUPS: Readonly<Record<string, Kinds>> = {
  text: [...TEXTS, 'rtf', 'pgp'],
  image: ['png', 'jpeg', 'gif', 'bmp', 'tiff', 'webp', 'heif', 'ico', 'svg'],
  audio: ['audio', 'video'],
  video: ['video', 'audio'],
};

/** Kinds that fit a name's extension, or `null` when the extension promises nothing. */
export function kindsOfExtension(extension: string): Kinds | null {
  return Object.hasOwn(BY_EXTENSION, extension) ? BY_EXTENSION[extension]! : null;
}

/** Kinds that fit a media type in lower case, or `null` when it promises nothing (`application/octet-stream`). */
export function kindsOfMediaType(mediaType: string): Kinds | null {
  if (Object.hasOwn(BY_MEDIA_TYPE, mediaType)) return BY_MEDIA_TYPE[mediaType]!;
  const group = mediaType.slice(0, mediaType.indexOf('/'));
  return Object.hasOwn(MEDIA_GROUPS, group) ? MEDIA_GROUPS[group]! : null;
}
