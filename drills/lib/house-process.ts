/** The house as a process of its own, so that a drill can kill and trace the supervisor too: `house-process.ts CONFIG`. */
import { readConfig } from '@sekisho/config';
import { serve } from '@sekisho/server';

const serving = await serve(readConfig(process.argv[2]!, process.env));
process.on('SIGTERM', () => {
  serving.stop().then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
await serving.ready;
