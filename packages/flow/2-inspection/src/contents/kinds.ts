/** What a file is by its content. `unknown` has no mark that we know; `empty` has no octets. */
export type ContentKind =
  | 'empty'
  | 'unknown'
  | 'text'
  | 'html'
  | 'xml'
  | 'svg'
  | 'rtf'
  | 'script'
  | 'pdf'
  | 'postscript'
  | 'ole'
  | 'doc'
  | 'xls'
  | 'ppt'
  | 'msg'
  | 'msi'
  | 'docx'
  | 'xlsx'
  | 'pptx'
  | 'opendocument'
  | 'jar'
  | 'apk'
  | 'epub'
  | 'zip'
  | 'rar'
  | '7z'
  | 'gzip'
  | 'tar'
  | 'bzip2'
  | 'xz'
  | 'zstd'
  | 'lzh'
  | 'arj'
  | 'cab'
  | 'ace'
  | 'iso'
  | 'vhd'
  | 'chm'
  | 'onenote'
  | 'tnef'
  | 'pe'
  | 'elf'
  | 'mach-o'
  | 'class'
  | 'wasm'
  | 'lnk'
  | 'sqlite'
  | 'png'
  | 'jpeg'
  | 'gif'
  | 'bmp'
  | 'tiff'
  | 'webp'
  | 'heif'
  | 'ico'
  | 'audio'
  | 'video'
  | 'font'
  | 'pgp'
  | 'mail';

/** Kinds that run when a person opens them. */
export const EXECUTABLE_KINDS: ReadonlySet<ContentKind> = new Set([
  'pe',
  'elf',
  'mach-o',
  'class',
  'jar',
  'apk',
  'msi',
  'lnk',
  'script',
  'chm',
]);

/** Kinds that hold other files. `true`: opened here; `false`: known, and not opened. */
export const CONTAINER_KINDS: ReadonlyMap<ContentKind, boolean> = new Map([
  ['zip', true],
  ['docx', true],
  ['xlsx', true],
  ['pptx', true],
  ['opendocument', true],
  ['jar', true],
  ['apk', true],
  ['epub', true],
  ['gzip', true],
  ['tar', true],
  ['rar', false],
  ['7z', false],
  ['bzip2', false],
  ['xz', false],
  ['zstd', false],
  ['lzh', false],
  ['arj', false],
  ['cab', false],
  ['ace', false],
  ['iso', false],
  ['vhd', false],
  ['tnef', false],
]);
