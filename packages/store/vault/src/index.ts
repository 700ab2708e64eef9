export { deriveKey, recordKey } from './derive-key.ts';
export { RootKeyError, SealBrokenError } from './errors.ts';
export { FRAME_OCTETS, framedOctets, LARGE_BODY_AAD } from './frames.ts';
export { openFrames } from './open-frames.ts';
export {
  createRootKey,
  type RootKeySource,
  type RootKeys,
  readRootKey,
  readRootKeys,
  rotateRootKey,
} from './root-key.ts';
export { bodyAad, NONCE_OCTETS, openBody, SEAL_OCTETS, sealBody, sealParts } from './seal-body.ts';
export { FrameSealer } from './seal-frames.ts';
export { SEALED_SEGMENT_KEY_OCTETS, sealSegmentKey } from './seal-segment-key.ts';
export { Vault } from './vault.ts';
export { KEY_OCTETS, unwrapKey, WRAPPED_KEY_OCTETS, wrapKey } from './wrap-key.ts';
