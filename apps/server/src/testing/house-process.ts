/** The supervisor of a house that a test started: serves until SIGTERM, and says over IPC which processes there are. */
import { readConfig } from '@sekisho/config';
import { serve } from '../index.ts';

const serving = await serve(readConfig(process.argv[2]!, {}));
process.on('message', () => process.send?.({ kind: 'processes', list: serving.processes() }));
process.on('SIGTERM', () => {
  serving.stop().then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.once('disconnect', () => process.exit(2));
await serving.ready;
process.send?.({ kind: 'ready' });
