export { RunAsError } from './supervisor/identity.ts';
export { type Serving, serve } from './supervisor/serve.ts';
