import type { ContentKind } from './kinds.ts';

const AES_CODER = Buffer.from('06f10701', 'hex');

/** True when an archive that is not opened here shows that a password is needed. May miss one. */
export function isEncrypted(octets: Buffer, kind: ContentKind): boolean {
  if (kind === '7z') return isEncrypted7z(octets);
  if (kind === 'rar') return isEncryptedRar(octets);
  return false;
}

/** The header at the end names the coder when names are encrypted too, or when it is not packed. */
function isEncrypted7z(octets: Buffer): boolean {
  if (octets.length < 32) return false;
  const start = 32 + Number(octets.readBigUInt64LE(12));
  return start < octets.length && octets.subarray(start).includes(AES_CODER);
}

/** RAR 5: an encryption header follows the mark. RAR 4: a bit of the main header, or of the first file's. */
function isEncryptedRar(octets: Buffer): boolean {
  if (octets.length < 32) return false;
  if (octets[6] === 0x01) return octets[13] === 4;
  const firstFile = 7 + octets.readUInt16LE(12);
  const flagsOfFile = firstFile + 5 <= octets.length ? octets.readUInt16LE(firstFile + 3) : 0;
  return (octets.readUInt16LE(10) & 0x0080) !== 0 || (flagsOfFile & 0x0004) !== 0;
}
