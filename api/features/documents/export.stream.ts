import type { Readable } from 'node:stream'

/**
 * `source` as a web stream that calls `onWhole` once the reader has taken every chunk and asked for more.
 * It reads ahead of nobody (high-water mark 0), so a reader that goes away
 * in the middle never counts as one who has it all.
 */
export const streamWhole = (source: Readable, onWhole: () => void): ReadableStream<Uint8Array> => {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next()
        if (!done) return controller.enqueue(value)
        controller.close()
        onWhole()
      },
      cancel() {
        source.destroy()
      },
    },
    { highWaterMark: 0 },
  )
}
