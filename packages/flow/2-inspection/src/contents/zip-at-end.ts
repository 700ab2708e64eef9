const END_OF_DIRECTORY = Buffer.from('PK\x05\x06', 'latin1');
const DIRECTORY_ENTRY = 0x02014b50;
const END_OCTETS = 22;
const TAIL_OCTETS = END_OCTETS + 0xffff;

/** True when octets may end with a ZIP archive: the end of its directory is among the last (APPNOTE 4.3.16). */
export function endsAsZip(octets: Buffer): boolean {
  return octets.subarray(-TAIL_OCTETS).includes(END_OF_DIRECTORY);
}

/**
 * The ZIP archive at the end of something else, or `null`. Offsets in it count from the beginning of the file or, where
 * somebody merely put one file behind another, from that of the archive: then the archive is cut out.
 */
export function zipAtEnd(octets: Buffer): Buffer | null {
  const at = octets.lastIndexOf(END_OF_DIRECTORY);
  if (at < 0 || at < octets.length - TAIL_OCTETS || at + END_OCTETS > octets.length) return null;
  const start = at - octets.readUInt32LE(at + 12);
  const shift = start - octets.readUInt32LE(at + 16);
  if (start < 0 || shift < 0 || octets.readUInt32LE(start) !== DIRECTORY_ENTRY) return null;
  return octets.subarray(shift);
}
