import { type AuthLimits, defaultAuthLimits } from '@sekisho/message-auth';
import type { Clock, Resolver } from '@sekisho/ports';
import type { Envelope } from '@sekisho/terms';
import type { ClamdAddress } from './antivirus/clamd-address.ts';
import { ClamdPool } from './antivirus/clamd-pool.ts';
import { inspectMessage, type Wishes } from './inspect-message.ts';
import type { Inspection } from './inspection.ts';
import type { Inspector } from './inspector.ts';
import { antivirus } from './inspectors/antivirus.ts';
import { archives } from './inspectors/archives.ts';
import { attachmentTypes } from './inspectors/attachment-types.ts';
import { authentication } from './inspectors/authentication.ts';
import { lookAlikeNames } from './inspectors/look-alike-names.ts';
import { messageStructure } from './inspectors/message-structure.ts';
import { wantedFields } from './inspectors/wanted-fields.ts';
import { INSPECTION_LIMITS, type InspectionLimits } from './limits.ts';
import type { PdfReader } from './text/pdf-reader.ts';

export interface InspectorOptions {
  readonly resolver: Resolver;
  /** Our name in Authentication-Results (RFC 8601 §2.5); fields that others put in under it are forged. */
  readonly authservId: string;
  /** Where clamd listens; `null` when antivirus is switched off. */
  readonly clamd?: ClamdAddress | null;
  readonly clock: Clock;
  readonly limits?: Partial<InspectionLimits>;
  readonly authLimits?: AuthLimits;
}

/** Inspects messages; keeps connections to the scanner and, for a while, a thread that reads PDF documents. */
export interface MessageInspector {
  /** All about one message. Never rejects: what goes wrong is the fact `inspection/failed`. */
  inspect(raw: Buffer, envelope: Envelope, wishes?: Wishes): Promise<Inspection>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Opens an inspector with the means that it is given; it has no others. */
export function openInspector(options: InspectorOptions): MessageInspector {
  const limits: InspectionLimits = { ...INSPECTION_LIMITS, ...options.limits };
  const { authservId, clock } = options;
  const pool = options.clamd ? new ClamdPool(options.clamd, poolLimits(limits), clock) : null;
  let pdfReader: PdfReader | null = null;
  const pdf = async () => {
    const { PdfReader } = await import('./text/pdf-reader.ts');
    return (pdfReader ??= new PdfReader());
  };
  const means = { authservId, clock, limits, pdf, inspectors: inspectorsOf(options, limits, pool) };
  const close = async () => {
    pool?.close();
    await pdfReader?.close();
  };
  return {
    inspect: (raw, envelope, wishes = {}) => inspectMessage(raw, envelope, wishes, means),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function inspectorsOf(
  options: InspectorOptions,
  limits: InspectionLimits,
  pool: ClamdPool | null,
): readonly Inspector[] {
  const { resolver, authservId, clock, authLimits = defaultAuthLimits } = options;
  return [
    messageStructure,
    authentication({ resolver, authservId, clock, limits: authLimits }),
    attachmentTypes,
    lookAlikeNames,
    archives,
    antivirus(pool, limits.antivirusOctets),
    wantedFields,
  ];
}

const poolLimits = (limits: InspectionLimits) => ({
  connections: limits.antivirusConnections,
  connectMs: limits.antivirusConnectMs,
  deadlineMs: limits.antivirusMs,
  octets: limits.antivirusOctets,
});
