/** Connected feed readers in a process of their own, so that reading does not slow the server it measures. */
import { Agent, get } from 'node:http'
import { childOptions, serveParent } from './child'

interface Reader {
  header: string
  value: string
}

const { port } = childOptions<{ port: number }>()
const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
const marker = Buffer.from('"writtenAt":')
const delays: number[] = []
let isMeasuring = false
let lost = 0

/** Every event carries the moment before it was written: the same clock, because it is the same machine. */
const noteFrames = (chunk: Buffer, now: number): void => {
  for (let at = chunk.indexOf(marker); at >= 0; at = chunk.indexOf(marker, at + 1)) {
    const start = at + marker.length
    delays.push(now - Number(chunk.toString('latin1', start, start + 13)))
  }
}

const connect = ({ header, value }: Reader): Promise<void> =>
  new Promise((resolve, reject) => {
    const outgoing = get(
      { agent, host: '127.0.0.1', port, path: '/api/v1/events', headers: { [header]: value } },
      (response) => {
        if (response.statusCode !== 200) return reject(new Error(`the feed answered ${response.statusCode}`))
        let isFirst = true
        let rest: Buffer = Buffer.alloc(0)
        response.on('data', (chunk: Buffer) => {
          if (isFirst) {
            isFirst = false
            resolve()
          }
          if (!isMeasuring) return
          // A frame may be cut anywhere: what follows the last full line waits for its end.
          const now = performance.timeOrigin + performance.now()
          const whole = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
          const end = whole.lastIndexOf(10) + 1
          noteFrames(whole.subarray(0, end), now)
          rest = whole.subarray(end)
        })
        response.on('close', () => lost++)
      },
    )
    outgoing.on('error', reject)
  })

serveParent(
  { isReady: true },
  {
    connect: async (message) => {
      const readers = message.readers as Reader[]
      for (let at = 0; at < readers.length; at += 50)
        await Promise.all(readers.slice(at, at + 50).map(connect))
    },
    measure: () => {
      isMeasuring = true
      delays.length = 0
    },
    received: () => delays.length,
    figures: () => {
      delays.sort((a, b) => a - b)
      const at = (share: number) => delays[Math.max(0, Math.ceil(share * delays.length) - 1)] ?? null
      return { received: delays.length, p50: at(0.5), p99: at(0.99), max: at(1), lost }
    },
  },
)
