/** Ends an orphan: a kernel whose client has died without a word. jupyter_client names its process in JPY_PARENT_PID. */
export function watchParent(gone: () => void, intervalMs = 3000): void {
  const parent = Number(process.env.JPY_PARENT_PID);
  if (!Number.isInteger(parent) || parent <= 1 || process.ppid !== parent) return;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    gone();
  }, intervalMs);
  timer.unref();
}
