export { TestSigner, type TestSignature } from './testing/test-signer.ts';
