/**
 * The start of every process of the tree: wait for the supervisor's first message, and end when the supervisor is
 * gone, because a process without one would hold files that its successor needs.
 */
export function onBoot<Boot>(
  start: (boot: Boot) => Promise<{ stop(deadlineMs: number): Promise<void>; onMessage?(message: never): void }>,
): void {
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
  process.once('disconnect', () => process.exit(0));
  process.once('message', (boot) => {
    start(boot as Boot).then(
      (running) => {
        process.on('message', (message: { kind: string; deadlineMs?: number }) => {
          if (message.kind !== 'stop') return running.onMessage?.(message as never);
          running.stop(message.deadlineMs ?? 5000).then(
            () => process.exit(0),
            (error: unknown) => {
              console.error(error);
              process.exit(1);
            },
          );
        });
        tellSupervisor({ kind: 'ready' });
      },
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
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
