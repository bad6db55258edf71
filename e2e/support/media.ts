import { expect, type Frame, type Locator } from '@playwright/test'

/** Runs in every page before its own scripts: keeps the peer connections, so that their figures can be read. */
export function keepPeers(): void {
  const peers: RTCPeerConnection[] = []
  const Native = window.RTCPeerConnection
  window.RTCPeerConnection = class extends Native {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      peers.push(this)
    }
  }
  Object.assign(window, { bangbanPeers: peers })
}

/** Counts the new frames of a video, at most `wanted`, giving up after `patienceMs`. */
const countFrames = (video: Locator, wanted: number, patienceMs: number): Promise<number> =>
  video.evaluate(
    (element, { wanted, patienceMs }) =>
      new Promise<number>((resolve) => {
        let count = 0
        const timer = setTimeout(() => resolve(count), patienceMs)
        const next = () => {
          ;(element as HTMLVideoElement).requestVideoFrameCallback(() => {
            count += 1
            if (count < wanted) return next()
            clearTimeout(timer)
            resolve(count)
          })
        }
        next()
      }),
    { wanted, patienceMs },
  )

/** The picture is there and moves: new frames keep arriving. */
export async function expectMoving(video: Locator, timeout = 40_000): Promise<void> {
  // The element may be replaced while the call settles, hence in short tries.
  await expect(async () => {
    await expect(video.first()).toBeVisible({ timeout: 2000 })
    expect(await countFrames(video.first(), 8, 4000), 'new frames').toBe(8)
  }).toPass({ timeout })
}

/** Audio packets received by all connections of this page so far. */
const audioPackets = (frame: Frame): Promise<number> =>
  frame.evaluate(async () => {
    const { bangbanPeers = [] } = window as unknown as { bangbanPeers?: RTCPeerConnection[] }
    let packets = 0
    for (const peer of bangbanPeers) {
      if (peer.connectionState !== 'connected') continue
      for (const row of (await peer.getStats()).values())
        if (row.type === 'inbound-rtp' && row.kind === 'audio') packets += row.packetsReceived
    }
    return packets
  })

/** Sound arrives, and goes on arriving. */
export async function expectSound(frame: Frame): Promise<void> {
  const before = await audioPackets(frame)
  await expect
    .poll(() => audioPackets(frame), { message: 'audio packets received', timeout: 30_000 })
    .toBeGreaterThan(before + 20)
}

export const sizeOf = (video: Locator): Promise<string> =>
  video.first().evaluate((element) => {
    const { videoWidth, videoHeight } = element as HTMLVideoElement
    return `${videoWidth}x${videoHeight}`
  })
