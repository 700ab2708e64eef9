/** A small PDF document: a page of text, and a picture of the given octets that makes it as large as real ones are. */
export function makePdf(text: string, picture: Buffer): Buffer {
  const shown = text
    .split('\n')
    .slice(0, 40)
    .map((line) => `(${line.replace(/[^\x20-\x7e]/g, '?').replace(/[\\()]/g, '\\$&')}) Tj T*`);
  const content = Buffer.from(`BT /F1 10 Tf 50 800 Td 14 TL\n${shown.join('\n')}\nET`, 'latin1');
  const stream = (dictionary: string, octets: Buffer) =>
    Buffer.concat([
      Buffer.from(`<< ${dictionary} /Length ${octets.length} >>\nstream\n`),
      octets,
      Buffer.from('\nendstream'),
    ]);
  const objects = [
    Buffer.from('<< /Type /Catalog /Pages 2 0 R >>'),
    Buffer.from('<< /Type /Pages /Kids [3 0 R] /Count 1 >>'),
    Buffer.from(
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> /XObject << /I1 6 0 R >> >> >>',
    ),
    stream('', content),
    Buffer.from('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'),
    stream(
      '/Type /XObject /Subtype /Image /Width 100 /Height 100 /ColorSpace /DeviceGray /BitsPerComponent 8',
      picture,
    ),
  ];
  const pieces = [Buffer.from('%PDF-1.4\n')];
  const starts: number[] = [];
  let length = pieces[0]!.length;
  for (const [at, object] of objects.entries()) {
    const piece = Buffer.concat([Buffer.from(`${at + 1} 0 obj\n`), object, Buffer.from('\nendobj\n')]);
    starts.push(length);
    pieces.push(piece);
    length += piece.length;
  }
  const rows = starts.map((start) => `${String(start).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  pieces.push(
    Buffer.from(
      `xref\n0 ${size}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${length}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(pieces);
}
