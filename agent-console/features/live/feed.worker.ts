import { FeedHub } from './feed-hub'
import type { FeedRequest, FeedSignal } from './feed-messages'

/**
 * The one stream of this browser. Browsers allow six connections to an origin and throttle timers of hidden
 * tabs: neither may cost an agent an offer.
 */
interface WorkerScope {
  onconnect: ((event: MessageEvent) => void) | null
}

const hub = new FeedHub()
const scope = globalThis as unknown as WorkerScope

scope.onconnect = (connect) => {
  const [port] = connect.ports
  if (!port) return
  const listener = { send: (signal: FeedSignal) => port.postMessage(signal) }
  port.onmessage = (message: MessageEvent<FeedRequest>) => hub.handle(listener, message.data)
  port.start()
}
