import Encoding from 'encoding-japanese';
import { strToU8, zipSync } from 'fflate';
import type { Attachment } from './compose.ts';

/** Rows of a table as people send them about. */
export type Rows = readonly (readonly string[])[];

/** A CSV file as Japanese spreadsheets write it: CP932, CRLF. */
export function csvFile(name: string, rows: Rows): Attachment {
  const text = rows.map((row) => `${row.join(',')}\r\n`).join('');
  const octets = Uint8Array.from(Encoding.convert(Encoding.stringToCode(text), { from: 'UNICODE', to: 'SJIS' }));
  return { name, type: 'text/csv; charset=Shift_JIS', octets };
}

const escapeXml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const OFFICE = 'http://schemas.openxmlformats.org';

/** The smallest package that office programs open: content types, one relationship, parts (ECMA-376 part 2). */
function officePackage(main: string, contentType: string, parts: Readonly<Record<string, string>>): Uint8Array {
  return zipSync({
    '[Content_Types].xml': strToU8(
      `${XML}<Types xmlns="${OFFICE}/package/2006/content-types">` +
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
        '<Default Extension="xml" ContentType="application/xml"/>' +
        `<Override PartName="/${main}" ContentType="${contentType}"/></Types>`,
    ),
    '_rels/.rels': strToU8(
      `${XML}<Relationships xmlns="${OFFICE}/package/2006/relationships"><Relationship Id="r1" ` +
        `Type="${OFFICE}/officeDocument/2006/relationships/officeDocument" Target="${main}"/></Relationships>`,
    ),
    ...Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, strToU8(XML + text)])),
  });
}

/** A Word document with one paragraph for each line. */
export function wordFile(name: string, lines: readonly string[]): Attachment {
  const paragraphs = lines.map((line) => `<w:p><w:r><w:t>${escapeXml(line)}</w:t></w:r></w:p>`).join('');
  const type = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
  const document = `<w:document xmlns:w="${OFFICE}/wordprocessingml/2006/main"><w:body>${paragraphs}</w:body></w:document>`;
  return {
    name,
    type,
    octets: officePackage('word/document.xml', `${type}.main+xml`, { 'word/document.xml': document }),
  };
}

/** An Excel workbook of one sheet. */
export function excelFile(name: string, rows: Rows): Attachment {
  const cell = (text: string) => `<c t="inlineStr"><is><t>${escapeXml(text)}</t></is></c>`;
  const sheet = rows.map((row) => `<row>${row.map(cell).join('')}</row>`).join('');
  const main = `${OFFICE}/spreadsheetml/2006/main`;
  const relation = `${OFFICE}/officeDocument/2006/relationships`;
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  const octets = officePackage('xl/workbook.xml', `${type}.main+xml`, {
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${relation}"><sheets><sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels':
      `<Relationships xmlns="${OFFICE}/package/2006/relationships">` +
      `<Relationship Id="r1" Type="${relation}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="${main}"><sheetData>${sheet}</sheetData></worksheet>`,
  });
  return { name, type, octets };
}

/** A ZIP archive. */
export function zipFile(name: string, files: Readonly<Record<string, Uint8Array>>): Attachment {
  return { name, type: 'application/zip', octets: zipSync(files) };
}
