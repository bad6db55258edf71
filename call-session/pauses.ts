/** Waits, but not longer than the abort signal, nor once the network is back. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      removeEventListener('online', done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    addEventListener('online', done)
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
  })
}

/** Waits until the page is looked at, or has been thawed or restored from the browser's page cache. */
export function pageBack(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      document.removeEventListener('visibilitychange', check)
      document.removeEventListener('resume', done)
      removeEventListener('pageshow', done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const check = () => {
      if (document.visibilityState === 'visible') done()
    }
    document.addEventListener('visibilitychange', check)
    document.addEventListener('resume', done)
    addEventListener('pageshow', done)
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
    else check()
  })
}
