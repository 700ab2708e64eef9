/** What the inspection of one message may cost. Meeting a limit is a fact, never a failure. */
export interface InspectionLimits {
  /** The whole inspection; what is not there by then is told as `inspection/failed`. */
  readonly deadlineMs: number;
  /** Attachments that are looked into; those above are counted. */
  readonly attachments: number;
  /** Octets of one decoded attachment that are looked into. */
  readonly attachmentOctets: number;
  /** Octets that come out of all archives of a message. */
  readonly archiveOctets: number;
  /** Octets of one archive inside another. */
  readonly archiveMemberOctets: number;
  /** Files in all archives of a message. */
  readonly archiveFiles: number;
  /** Archives inside archives. */
  readonly archiveDepth: number;
  /** Octets out per octet in, of one file that unpacks to more than a mebioctet. */
  readonly archiveRatio: number;
  /** Time for opening all archives of a message. */
  readonly archiveMs: number;
  /** Characters of a message that go into the index, attachments included. */
  readonly textCharacters: number;
  /** Time for taking the text out of all attachments of a message. */
  readonly textMs: number;
  /** Largest stream given to clamd; not above its StreamMaxLength (100 MiB there by default). */
  readonly antivirusOctets: number;
  /** Connections kept to clamd by one process. */
  readonly antivirusConnections: number;
  readonly antivirusConnectMs: number;
  /** From asking to answer of one stream. */
  readonly antivirusMs: number;
}

const MEBI = 1024 * 1024;

export const INSPECTION_LIMITS: InspectionLimits = {
  deadlineMs: 60_000,
  attachments: 200,
  attachmentOctets: 64 * MEBI,
  archiveOctets: 256 * MEBI,
  archiveMemberOctets: 64 * MEBI,
  archiveFiles: 2000,
  archiveDepth: 5,
  archiveRatio: 250,
  archiveMs: 10_000,
  textCharacters: 1_000_000,
  textMs: 10_000,
  antivirusOctets: 100 * MEBI,
  antivirusConnections: 4,
  antivirusConnectMs: 3000,
  antivirusMs: 30_000,
};
