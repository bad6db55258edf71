import { FeedHub } from './feed-hub'
import type { FeedRequest, FeedSignal } from './feed-messages'

export interface FeedClient {
  post(request: FeedRequest): void
  close(): void
}

/** Connects this page to the browser's one stream; without shared workers (some phones) to one of its own. */
export function connectFeed(onSignal: (signal: FeedSignal) => void): FeedClient {
  const client = openWorker(onSignal) ?? openInPage(onSignal)
  const wake = () => {
    if (document.visibilityState === 'visible') client.post({ kind: 'wake' })
  }
  // A closed tab must not count as a listener: its worker would keep the agent online.
  const bye = () => client.post({ kind: 'bye' })
  addEventListener('online', wake)
  document.addEventListener('visibilitychange', wake)
  // Back from the browser's page cache: we had said goodbye and missed what came since.
  const comeBack = (event: PageTransitionEvent) => event.persisted && onSignal({ kind: 'resync' })
  addEventListener('pagehide', bye)
  addEventListener('pageshow', comeBack)
  return {
    post: client.post,
    close: () => {
      removeEventListener('online', wake)
      document.removeEventListener('visibilitychange', wake)
      removeEventListener('pagehide', bye)
      removeEventListener('pageshow', comeBack)
      client.close()
    },
  }
}

function openWorker(onSignal: (signal: FeedSignal) => void): FeedClient | null {
  if (typeof SharedWorker !== 'function') return null
  try {
    const worker = new SharedWorker(new URL('./feed.worker.ts', import.meta.url), {
      type: 'module',
      name: 'bangban-feed',
    })
    worker.port.onmessage = (message: MessageEvent<FeedSignal>) => onSignal(message.data)
    worker.port.start()
    return {
      post: (request) => worker.port.postMessage(request),
      close: () => {
        worker.port.postMessage({ kind: 'bye' } satisfies FeedRequest)
        worker.port.close()
      },
    }
  } catch (error) {
    // A page without storage (strict privacy settings) refuses shared workers.
    reportError(error)
    return null
  }
}

function openInPage(onSignal: (signal: FeedSignal) => void): FeedClient {
  const hub = new FeedHub()
  const listener = { send: onSignal }
  return {
    post: (request) => hub.handle(listener, request),
    close: () => hub.handle(listener, { kind: 'bye' }),
  }
}
