export { CertificateMissingError, GatewayLimitError, LookupOverdueError, NetworkSyntaxError } from './errors.ts';
export { Gateway, type GatewayOptions, openGateway } from './gateway.ts';
export { DEFAULT_LIMITS, type GatewayLimits, MESSAGE_OCTETS_MAXIMUM } from './limits.ts';
export type { ListenerOptions } from './listener.ts';
export type {
  Accepted,
  AcceptPort,
  Directory,
  DomainEntry,
  LargeBody,
  Provisional,
  RecipientAnswer,
  RecipientMode,
  TrustedClient,
} from './ports.ts';
export { REFUSALS, type RefusalReason } from './refusals.ts';
