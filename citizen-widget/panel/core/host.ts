import { type HostMessage, type PanelMessage, readHostMessage, seal } from '../../messages'

/** The page that embeds the panel, or null on the full page. */
export interface Host {
  send(message: PanelMessage): void
  listen(listener: (message: HostMessage) => void): () => void
}

/**
 * Connects to the loader. The host's origin comes in the address the loader made; whether that origin may embed
 * us is the server's decision (`frame-ancestors`), and a message from any other window or origin is ignored.
 */
export function connectHost(hostOrigin: string | null): Host | null {
  if (window.parent === window || !hostOrigin || !/^https?:\/\//.test(hostOrigin)) return null
  const parent = window.parent
  return {
    send: (message) => parent.postMessage(seal(message), hostOrigin),
    listen(listener) {
      const onMessage = (event: MessageEvent) => {
        if (event.source !== parent || event.origin !== hostOrigin) return
        const message = readHostMessage(event.data)
        if (message) listener(message)
      }
      window.addEventListener('message', onMessage)
      return () => window.removeEventListener('message', onMessage)
    },
  }
}
