import type { Settings } from '@sekisho/config';
import type { InspectionLimits } from '@sekisho/inspection';

/** The limits of inspection that settings name, as the installation has them. */
export function inspectionLimitsOf(settings: Settings): Partial<InspectionLimits> {
  return {
    deadlineMs: settings['inspection.message-seconds'] * 1000,
    antivirusMs: settings['inspection.antivirus-seconds'] * 1000,
    archiveOctets: settings['inspection.archive-octets'],
    archiveFiles: settings['inspection.archive-files'],
    archiveDepth: settings['inspection.archive-depth'],
    archiveRatio: settings['inspection.archive-ratio'],
    archiveMs: settings['inspection.archive-seconds'] * 1000,
    textCharacters: settings['inspection.indexed-characters'],
  };
}
