/** What a process of the tree is once it has started. */
interface Running {
  stop(deadlineMs: number): Promise<void>;
  onMessage?(message: never): void;
}

/**
 * The start of every process of the tree: wait for the supervisor's first message, and end when the supervisor is
 * gone, because a process without one would hold files that its successor needs. Asked to stop while it still starts, a
 * process ends at once: what it owes is on the disk, as at a crash.
 */
export function onBoot<Boot>(start: (boot: Boot) => Promise<Running>): void {
  let running: Running | null = null;
  const fail = (error: unknown) => {
    console.error(error);
    process.exit(1);
  };
  const take = (message: { kind: string; deadlineMs?: number }) => {
    if (message.kind !== 'stop') running?.onMessage?.(message as never);
    else if (!running) process.exit(0);
    else running.stop(message.deadlineMs ?? 5000).then(() => process.exit(0), fail);
  };
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
  process.once('disconnect', () => process.exit(0));
  process.once('message', (boot) => {
    process.on('message', take);
    start(boot as Boot).then((started) => {
      running = started;
      tellSupervisor({ kind: 'ready' });
    }, fail);
  });
}

/** Sends a message to the supervisor, when there is one. */
export function tellSupervisor(message: object): void {
  if (process.connected) process.send?.(message);
}

/** Gives up root: group first, then user, and the supplementary groups. */
export function dropTo(identity: { readonly uid: number; readonly gid: number } | null): void {
  if (!identity || process.getuid?.() !== 0) return;
  process.setgroups?.([identity.gid]);
  process.setgid?.(identity.gid);
  process.setuid?.(identity.uid);
}
