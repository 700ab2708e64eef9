import type { ContentKind } from '../contents/kinds.ts';
import { xmlText } from './xml-text.ts';

const MAX_XML_OCTETS = 16 * 1024 * 1024;

const TEXT_MEMBERS: Readonly<Partial<Record<ContentKind, RegExp>>> = {
  docx: /^word\/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml$/,
  xlsx: /^xl\/(sharedStrings|worksheets\/[^/]+|comments\d*)\.xml$/,
  pptx: /^ppt\/(slides|notesSlides|comments)\/[^/]+\.xml$/,
};

/** True for the members of an Office document (ECMA-376) that hold what people read. */
export function isOfficeTextMember(document: ContentKind, member: string): boolean {
  return TEXT_MEMBERS[document]?.test(member) ?? false;
}

/** The text of one such member. */
export function officeText(octets: Buffer, maxCharacters: number): { readonly text: string; readonly isCut: boolean } {
  const isTooLarge = octets.length > MAX_XML_OCTETS;
  const xml = new TextDecoder(xmlEncoding(octets)).decode(isTooLarge ? octets.subarray(0, MAX_XML_OCTETS) : octets);
  const { text, isCut } = xmlText(xml, maxCharacters);
  return { text, isCut: isCut || isTooLarge };
}

/** Office writes UTF-8 or, with its mark, UTF-16 (ECMA-376 part 2 §9.1.2 allows no other). */
function xmlEncoding(octets: Buffer): string {
  if (octets[0] === 0xff && octets[1] === 0xfe) return 'utf-16le';
  return octets[0] === 0xfe && octets[1] === 0xff ? 'utf-16be' : 'utf-8';
}
