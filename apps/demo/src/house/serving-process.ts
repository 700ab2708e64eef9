/** The process that serves the demo's house: ready by message, stopped by message, gone when the demo is gone. */
import { readConfig } from '@sekisho/config';
import { serve } from '@sekisho/server';

const serving = await serve(readConfig(process.argv[2]!));
const stop = async () => {
  await serving.stop();
  process.exit(0);
};
process.once('message', stop);
process.once('disconnect', stop);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
try {
  await serving.ready;
  process.send?.('ready');
} catch (error) {
  console.error(error);
  await serving.stop();
  process.exit(1);
}
