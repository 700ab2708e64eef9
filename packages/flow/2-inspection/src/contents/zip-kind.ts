import type { ContentKind } from './kinds.ts';

/** Which of the many formats that are ZIP archives this one is, by the names of its members. */
export function zipKind(names: readonly string[]): ContentKind {
  const set = new Set(names);
  const holds = (prefix: string) => names.some((name) => name.startsWith(prefix));
  if (set.has('[Content_Types].xml')) {
    if (holds('word/')) return 'docx';
    if (holds('xl/')) return 'xlsx';
    if (holds('ppt/')) return 'pptx';
  }
  if (set.has('META-INF/container.xml')) return 'epub';
  if (set.has('AndroidManifest.xml')) return 'apk';
  if (set.has('content.xml') && set.has('META-INF/manifest.xml')) return 'opendocument';
  if (set.has('META-INF/MANIFEST.MF')) return 'jar';
  return 'zip';
}

/** True for a member that holds macros: VBA projects, Excel 4 macro sheets, OpenDocument Basic and scripts. */
export function isMacroMember(kind: ContentKind, name: string): boolean {
  const lower = name.toLowerCase();
  if (kind === 'opendocument') return lower.startsWith('basic/') || lower.startsWith('scripts/');
  return lower.endsWith('vbaproject.bin') || (kind === 'xlsx' && lower.startsWith('xl/macrosheets/'));
}
