export { type Address, addressKey, formatAddress, formatReversePath, type ReversePath } from './address.ts';
export type { Direction, DsnNotify, Envelope, ForwardPath, SmtpClient } from './envelope.ts';
export { SekishoError } from './error.ts';
export {
  formatSpoolId,
  parseSpoolId,
  parseTenantId,
  readSpoolId,
  SPOOL_ALIGNMENT_OCTETS,
  type SpoolId,
  type TenantId,
} from './ids.ts';
export type { Actor, Decision, Disposition, Fact, Json, Plan, Reply, Sentence, Transformation } from './plan.ts';
