import { createHmac, hkdfSync } from 'node:crypto';

/** A key for one purpose out of another key (HKDF-SHA256 without salt, RFC 5869); `label` names purpose and version. */
export function deriveKey(key: Buffer, label: string, octets: number): Buffer {
  return Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), label, octets));
}

/**
 * The key of one record of the spool: HMAC-SHA256 of its spool id under its segment's key (RFC 2104). Who holds it
 * opens that record and no other; when the segment's key is destroyed it cannot be made again.
 */
export function recordKey(segmentKey: Buffer, spoolId: string): Buffer {
  return createHmac('sha256', segmentKey).update(spoolId).digest();
}
