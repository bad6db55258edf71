import { existsSync, readdirSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { type Browser, chromium, type Page } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Probe } from './live-call.page'
import { LiveKit, servePage } from './live-call.stand'

const cache = '.cache/livekit'
const acquired = existsSync(cache) ? readdirSync(cache, { recursive: true, withFileTypes: true }) : []
const executable = acquired.find((entry) => entry.isFile() && /^(livekit-)?server$/.test(entry.name))
const binary = process.env.LIVEKIT_BINARY ?? (executable && `${executable.parentPath}/${executable.name}`)
const browserPath = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path && existsSync(path),
)

let livekit: LiveKit
let stand: Awaited<ReturnType<typeof servePage>>
let browser: Browser
let agent: Page
let visitor: Page

const until = (page: Page, condition: (probe: Probe) => boolean, timeout = 40_000) =>
  page.waitForFunction(`(${condition})(window.probe)`, null, { timeout, polling: 50 })

const ask = <T>(page: Page, question: (probe: Probe) => T | Promise<T>): Promise<T> =>
  page.evaluate(`(${question})(window.probe)`) as Promise<T>

const launch = (args: string[]) =>
  chromium.launch({
    executablePath: browserPath,
    args: [
      '--no-sandbox',
      '--use-fake-ui-for-media-stream',
      '--auto-select-desktop-capture-source=Entire screen',
      '--autoplay-policy=no-user-gesture-required',
      ...args,
    ],
  })

async function openPage(role: string, query = '', within = browser): Promise<Page> {
  const page = await (await within.newContext()).newPage()
  page.on('pageerror', (error) => console.error(role, error))
  await page.goto(`${stand.address}/?role=${role}${query}`)
  await ask(page, (probe) => probe.session.connect())
  return page
}

/** Waits for frames that are newer than this moment. */
async function moving(page: Page, kind: 'camera' | 'screen'): Promise<void> {
  await page.evaluate((key) => {
    window.probe.frames[key] = 0
  }, kind)
  await page.waitForFunction((key) => (window.probe.frames[key] ?? 0) > 10, kind, { timeout: 20_000 })
}

beforeAll(async () => {
  if (!binary || !browserPath)
    throw new Error('This test needs LiveKit and Chromium; npm test acquires both.')
  livekit = await LiveKit.create(binary)
  await livekit.start()
  stand = await servePage(livekit)
  browser = await launch(['--use-fake-device-for-media-stream=device-count=3'])
  agent = await openPage('agent')
  visitor = await openPage('visitor')
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await stand?.close()
  await livekit?.kill()
})

describe('a call on a real LiveKit', () => {
  it('shows moving pictures on both sides and knows when the first came', async () => {
    await Promise.all([moving(agent, 'camera'), moving(visitor, 'camera')])
    const { timings, ...stats } = await ask(agent, (probe) => probe.session.stats())
    expect(stats).toMatchObject({ transport: 'udp', reconnects: 0 })
    expect(stats.framesReceived).toBeGreaterThan(10)
    expect(timings.connectedAt).toBeGreaterThan(timings.connectCalledAt ?? 0)
    expect(timings.firstRemoteFrameAt).toBeGreaterThan(timings.connectedAt ?? 0)
  }, 90_000)

  it('mutes and unmutes', async () => {
    expect(await ask(visitor, (probe) => probe.session.setMicrophone(false))).toBe(false)
    await until(agent, (probe) => probe.remoteMicrophone() === 'muted')
    expect(await ask(visitor, (probe) => probe.session.setMicrophone(true))).toBe(true)
    await until(agent, (probe) => probe.remoteMicrophone() === 'on')
  }, 90_000)

  it('turns the camera off and on', async () => {
    expect(await ask(visitor, (probe) => probe.session.setCamera(false))).toBe(false)
    await until(agent, (probe) => !probe.hasRemoteCamera())
    expect(await ask(visitor, (probe) => probe.session.setCamera(true))).toBe(true)
    await until(agent, (probe) => probe.hasRemoteCamera())
    await moving(agent, 'camera')
  }, 90_000)

  it('changes to the other camera and back without a new publication', async () => {
    const device = () =>
      ask(visitor, (probe) => probe.session.local.camera?.mediaStreamTrack.getSettings().deviceId ?? '')
    const first = await device()
    // Chromium's second fake camera sends depth pictures, which nothing can encode.
    expect(await ask(visitor, (probe) => probe.useLastCamera())).toBe(true)
    expect(await device()).not.toBe(first)
    await moving(agent, 'camera')
    expect(await ask(visitor, (probe) => probe.session.switchCamera())).toBe(true)
    expect(await device()).toBe(first)
    await moving(agent, 'camera')
  }, 90_000)

  it('reports the quality of both sides', async () => {
    await until(agent, (probe) => (probe.quality.at(-1)?.remote.received.fps ?? 0) > 0)
    const report = await ask(agent, (probe) => probe.quality.at(-1))
    expect(report?.link.transport).toBe('udp')
    expect(report?.link.rttMs).not.toBeNull()
    expect(report?.remote.received.width).toBeGreaterThan(0)
    expect(report?.local.sent.width).toBeGreaterThan(0)
  }, 90_000)

  it('takes a snapshot of exactly the size that was sent', async () => {
    const sent = await ask(visitor, (probe) => probe.localSize())
    const deadline = Date.now() + 150_000
    let taken = await ask(agent, (probe) => probe.snapshot())
    // The sender starts with its small layers and grows, on a busy machine slowly: the settled size counts.
    while (taken.width !== sent.width && Date.now() < deadline) {
      // A snapshot is work: without a pause it would itself keep the picture small.
      await setTimeout(500)
      taken = await ask(agent, (probe) => probe.snapshot())
    }
    expect({ width: taken.width, height: taken.height }).toEqual(sent)
    expect(taken.decoded).toEqual([sent.width, sent.height])
    expect(taken.type).toBe('image/jpeg')
  }, 180_000)

  it('carries small messages', async () => {
    await ask(visitor, (probe) => probe.session.send({ type: 'typing', isTyping: true }))
    await until(agent, (probe) => probe.messages.length === 1)
    expect(await ask(agent, (probe) => probe.messages)).toEqual([
      { from: 'visitor:1:tab', message: { type: 'typing', isTyping: true } },
    ])
  }, 90_000)

  it.each(['visitor', 'agent'])(
    'shares the screen of the %s',
    async (role) => {
      const [from, to] = role === 'visitor' ? [visitor, agent] : [agent, visitor]
      expect(await ask(from, (probe) => probe.session.shareScreen(true))).toBe('shared')
      await moving(to, 'screen')
      expect(await ask(from, (probe) => probe.session.shareScreen(false))).toBe('stopped')
      await until(to, (probe) => !probe.session.remotes[0]?.screen)
    },
    40_000,
  )

  it('comes back on both sides, as it was, after LiveKit was killed', async () => {
    await ask(visitor, (probe) => probe.session.setMicrophone(false))
    await until(agent, (probe) => probe.remoteMicrophone() === 'muted')
    await livekit.kill()
    await Promise.all(
      [agent, visitor].map((page) => until(page, (probe) => probe.session.state.name !== 'connected')),
    )
    await livekit.start()
    await Promise.all(
      [agent, visitor].map((page) =>
        until(page, (probe) => probe.session.state.name === 'connected', 40_000),
      ),
    )
    await Promise.all([moving(agent, 'camera'), moving(visitor, 'camera')])
    await until(agent, (probe) => probe.remoteMicrophone() === 'muted')
    expect((await ask(agent, (probe) => probe.session.stats())).reconnects).toBe(1)
  }, 120_000)

  it('comes back after the page was frozen', async () => {
    await ask(visitor, (probe) => {
      probe.states.length = 0
      window.dispatchEvent(new Event('freeze'))
    })
    await until(visitor, (probe) => probe.states.at(-1)?.name === 'connected')
    await Promise.all([moving(agent, 'camera'), moving(visitor, 'camera')])
    expect(await ask(visitor, (probe) => probe.states.map((state) => state.name))).toContain('rejoining')
  }, 90_000)

  it('goes on by voice alone where the page may not use the camera', async () => {
    const page = await openPage('voice', `&policy=${encodeURIComponent('camera=()')}`)
    await until(agent, (probe) => probe.see('voice')?.microphone === 'on')
    await until(page, (probe) => Object.keys(probe.failures).length > 0)
    expect(await ask(page, (probe) => probe.failures)).toEqual({ camera: 'policy-blocked' })
    expect(await ask(agent, (probe) => probe.see('voice')?.camera)).toBeNull()
    await page.context().close()
  }, 90_000)

  it('still sees the others from a machine without any device', async () => {
    const bare = await launch([])
    try {
      const page = await openPage('bare', '', bare)
      await until(page, (probe) => Object.keys(probe.failures).length === 2)
      expect(await ask(page, (probe) => probe.failures)).toEqual({
        camera: 'not-found',
        microphone: 'not-found',
      })
      await moving(page, 'camera')
    } finally {
      await bare.close()
    }
  }, 90_000)

  it('ends for whoever is removed', async () => {
    const page = await openPage('removed', '&devices=none')
    await stand.removeParticipant('removed')
    await until(page, (probe) => probe.session.state.name === 'ended')
    expect(await ask(page, (probe) => probe.session.state)).toEqual({ name: 'ended', reason: 'removed' })
    await page.context().close()
  }, 90_000)

  it('ends where the same person opens the call once more', async () => {
    const first = await openPage('twice', '&devices=none')
    const second = await openPage('twice', '&devices=none')
    await until(first, (probe) => probe.session.state.name === 'ended')
    expect(await ask(first, (probe) => probe.session.state)).toEqual({
      name: 'ended',
      reason: 'opened-elsewhere',
    })
    expect(await ask(second, (probe) => probe.session.state.name)).toBe('connected')
    await Promise.all([first.context().close(), second.context().close()])
  }, 90_000)

  it('ends without another attempt once the server says that the call is over', async () => {
    const page = await openPage('late', '&devices=none')
    stand.end()
    await ask(page, () => void window.dispatchEvent(new Event('freeze')))
    await until(page, (probe) => probe.session.state.name === 'ended')
    expect(await ask(page, (probe) => probe.session.state)).toEqual({ name: 'ended', reason: 'call-over' })
    await page.context().close()
  }, 90_000)

  it('leaves for good and lets go of the devices', async () => {
    const camera = await ask(visitor, (probe) => {
      const track = probe.session.local.camera?.mediaStreamTrack
      return probe.session.leave().then(() => track?.readyState)
    })
    expect(camera).toBe('ended')
    expect(await ask(visitor, (probe) => probe.session.state)).toEqual({ name: 'ended', reason: 'left' })
    await until(agent, (probe) => probe.see('visitor') === undefined)
  }, 90_000)

  it('ends with the room', async () => {
    await stand.deleteRoom()
    await until(agent, (probe) => probe.session.state.name === 'ended')
    expect(await ask(agent, (probe) => probe.session.state)).toEqual({ name: 'ended', reason: 'call-over' })
  }, 90_000)
})

describe('before a call', () => {
  it('tries the devices with a picture and a level, and lets go of them', async () => {
    const check = await ask(agent, (probe) => probe.checkDevices())
    expect(check).toMatchObject({ kinds: ['audio', 'video'], isStopped: true })
    expect(check.loudest).toBeGreaterThan(0)
    expect(check.cameras).toBeGreaterThan(0)
    expect(check.microphones).toBeGreaterThan(0)
  }, 90_000)

  it('knows what this browser can do', async () => {
    expect(await ask(agent, (probe) => probe.capabilities())).toMatchObject({
      getUserMedia: true,
      getDisplayMedia: true,
      fullscreen: true,
      setSinkId: true,
      rtc: true,
    })
  })

  it('rings until stopped', async () => {
    expect(await ask(agent, (probe) => probe.ring())).toEqual({ whileRinging: 'running', after: 'closed' })
  }, 90_000)
})
