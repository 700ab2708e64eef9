/** The promise, or `overdue` when it takes longer; the promise then goes on alone. */
export async function within<T>(promise: Promise<T>, ms: number): Promise<T | 'overdue'> {
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<'overdue'>((resolve) => {
    timer = setTimeout(resolve, ms, 'overdue');
  });
  try {
    return await Promise.race([promise, overdue]);
  } finally {
    clearTimeout(timer);
  }
}
