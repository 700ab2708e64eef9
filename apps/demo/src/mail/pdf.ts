import type { Attachment } from './compose.ts';

const LINE_POINTS = 24;
const TOP_POINTS = 780;

/**
 * A PDF page of Japanese lines (ISO 32000-1 §9.7): a composite font of the Japan1 collection that is not embedded, with
 * a predefined CMap, as many Japanese business programs write it.
 */
export function pdfFile(name: string, lines: readonly string[]): Attachment {
  const shown = lines.map((line, at) => `1 0 0 1 60 ${TOP_POINTS - at * LINE_POINTS} Tm <${utf16Hex(line)}> Tj`);
  const content = `BT /F1 12 Tf ${shown.join(' ')} ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type0 /BaseFont /HeiseiKakuGo-W5 /Encoding /UniJIS-UTF16-H /DescendantFonts [6 0 R] >>',
    '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HeiseiKakuGo-W5 /FontDescriptor 7 0 R /DW 1000 ' +
      '/CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> >>',
    '<< /Type /FontDescriptor /FontName /HeiseiKakuGo-W5 /Flags 4 /FontBBox [0 -141 1000 859] /ItalicAngle 0 ' +
      '/Ascent 859 /Descent -141 /CapHeight 709 /StemV 80 >>',
  ];
  return { name, type: 'application/pdf', octets: Buffer.from(assemble(objects), 'latin1') };
}

/** Header, objects, table of their places, trailer (ISO 32000-1 §7.5). */
function assemble(objects: readonly string[]): string {
  let text = '%PDF-1.4\n';
  const places = objects.map((object, at) => {
    const place = text.length;
    text += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(place).padStart(10, '0')} 00000 n \n`;
  });
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${places.join('')}`;
  return `${text}${table}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
}

const utf16Hex = (text: string) => Buffer.from(text, 'utf16le').swap16().toString('hex');
