export { authFacts } from './auth-facts.ts';
export { type AuthOptions, authenticate } from './authenticate.ts';
export { createDkimKey, type DkimAlgorithm, type DkimKeyPair } from './dkim/create-dkim-key.ts';
export { type DkimRecord, dkimRecord } from './dkim/dkim-record.ts';
export { type SignOptions, signDkim } from './dkim/sign-dkim.ts';
export { type VerifyOptions, verifyDkim } from './dkim/verify-dkim.ts';
export { CannotSignError } from './errors.ts';
export { forgedAuthenticationResults } from './forged-authentication-results.ts';
export { formatAuthenticationResults } from './format-authentication-results.ts';
export { type AuthLimits, defaultAuthLimits } from './limits.ts';
export { readAuthFacts } from './read-auth-facts.ts';
export type {
  ArcOutcome,
  ArcResult,
  AuthResult,
  DkimOutcome,
  DkimResult,
  DmarcOutcome,
  DmarcPolicy,
  DmarcResult,
  SpfOutcome,
  SpfResult,
} from './results.ts';
export { type AuthClient, checkSpf, type SpfOptions } from './spf/check-spf.ts';
