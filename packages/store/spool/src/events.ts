import type { Log, Meter } from '@sekisho/ports';

/** Where the spool tells what happens. */
export interface SpoolEvents {
  readonly log: Log;
  readonly meter: Meter;
}

/** A batch of records is on stable storage. */
export function batchSynced({ meter }: SpoolEvents, records: number, octets: number, seconds: number): void {
  meter.count('sekisho_spool_records_total', {}, records);
  meter.count('sekisho_spool_octets_total', {}, octets);
  meter.observe('sekisho_spool_sync_seconds', seconds);
}

/** A segment takes records from now on. */
export function segmentOpened({ log, meter }: SpoolEvents, segmentFile: string): void {
  meter.count('sekisho_spool_segments_total');
  log.debug('spool.segment-opened', { segment: segmentFile });
}

/** A write or a sync failed; the segment takes nothing more and its waiting records were refused. */
export function segmentFailed({ log, meter }: SpoolEvents, segmentFile: string, refused: number, error: Error): void {
  meter.count('sekisho_spool_failures_total');
  log.error('spool.segment-failed', { segment: segmentFile, refused, error });
}

/** No new segment could be made; everybody who waited for it was refused. */
export function segmentRefused({ log, meter }: SpoolEvents, refused: number, error: Error): void {
  meter.count('sekisho_spool_failures_total');
  log.error('spool.segment-refused', { refused, error });
}

/** Something in the background did not work and will be tried again. */
export function preparationFailed({ log }: SpoolEvents, what: string, error: unknown): void {
  log.warn('spool.preparation-failed', { what, error });
}
