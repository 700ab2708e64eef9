/** A real clamd with signatures of our own, and a server that speaks its protocol; for tests, the demo and benches. */
export { type ClamdAnswer, type ClamdSpeaker, speakClamd } from './testing/speak-clamd.ts';
export { EICAR, hasClamd, MARKER, type RunningClamd, startClamd } from './testing/start-clamd.ts';
