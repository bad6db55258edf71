import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from '@playwright/test'
import { AccessToken, RoomServiceClient } from 'livekit-server-sdk'
import type { Agent } from '../../e2e/support/agent'
import type { makeStage } from '../../e2e/support/test'
import type { Installation } from '../../scripts/supervisor/installation.mjs'
import { type CallMarks, joinBare, markCall, pressAndMark } from './call.pages'

/** Milliseconds of one call. */
export interface CallTimes {
  /** From the press until both sides show the other's first frame. */
  firstFrame: number
  /** From the press until both sides call LiveKit's `connect()`. */
  connect: number
  /** From the press until both sides opened their signalling. */
  signalling: number
  /** What happened on each side, for whoever looks where the time goes. */
  steps: string[]
}

const patienceMs = 60_000

/** Prepares a page that is opened or reloaded afterwards. tsx names functions by a helper of its own. */
export const prepare = async (page: Page): Promise<void> => {
  await page.addInitScript('globalThis.__name ??= (it) => it')
  await page.addInitScript(markCall)
}

const marksOf = async (page: Page): Promise<Required<CallMarks>> => {
  const handle = await page.waitForFunction(
    () => {
      const { bangbanCall } = window as unknown as { bangbanCall: CallMarks }
      return bangbanCall.firstFrameAt !== undefined && bangbanCall.connectAt !== undefined
        ? bangbanCall
        : false
    },
    undefined,
    { timeout: patienceMs, polling: 50 },
  )
  return (await handle.jsonValue()) as Required<CallMarks>
}

const timesOf = (startAt: number, sides: readonly Required<CallMarks>[]): CallTimes => ({
  steps: sides.map((side) =>
    side.steps.map(([name, at]) => `${name} ${(at - startAt).toFixed(0)}`).join(', '),
  ),
  firstFrame: Math.max(...sides.map((side) => side.firstFrameAt)) - startAt,
  connect: Math.max(...sides.map((side) => side.connectAt)) - startAt,
  signalling: Math.max(...sides.map((side) => side.signallingAt)) - startAt,
})

/** One call through the product: asked for in the panel, accepted in the console. */
export const productCall = async (
  stage: ReturnType<typeof makeStage>['stage'],
  agent: Agent,
): Promise<CallTimes> => {
  const citizen = await stage.citizen()
  await prepare(citizen.page)
  await citizen.page.reload()
  await citizen.ask('营业执照变更法定代表人')
  await citizen.getReady()
  const accept = agent.by('accept').first()
  await accept.waitFor({ timeout: patienceMs })
  // The code of the call is loaded while the citizen waits: so it is when an agent presses the button.
  await citizen.page.waitForFunction(
    () =>
      performance
        .getEntriesByType('resource')
        .some(
          (each) => each.name.includes('/CallScreen-') && (each as PerformanceResourceTiming).responseEnd > 0,
        ),
    undefined,
    { timeout: patienceMs },
  )
  await accept.evaluate(pressAndMark)
  const sides = await Promise.all([marksOf(agent.page), marksOf(citizen.page)])
  const { id, topic } = await agent.current()
  await agent.post(`/consultations/${id}/end`, {})
  await agent.post(`/consultations/${id}/wrap-up`, { outcome: 'solved', topic, note: '' })
  await citizen.page.context().close()
  return timesOf(sides[0].startAt, sides)
}

const servePage = async () => {
  const client = readFileSync(
    new URL('../../node_modules/livekit-client/dist/livekit-client.umd.js', import.meta.url),
  )
  const server = createServer((request, response) => {
    if (request.url === '/client.js') return response.setHeader('content-type', 'text/javascript').end(client)
    response.setHeader('content-type', 'text/html').end('<!doctype html><script src="/client.js"></script>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => server.close() }
}

/** Calls between two pages with nothing but livekit-client, in rooms and with tokens made beforehand. */
export const openBare = async (browser: Browser, installation: Installation) => {
  const { ports, keys } = installation.livekit
  if (!ports || !keys) throw new Error('This benchmark needs the managed LiveKit server.')
  const site = await servePage()
  const rooms = new RoomServiceClient(`http://127.0.0.1:${ports.port}`, keys.apiKey, keys.apiSecret)
  const tokenFor = (room: string, identity: string) => {
    const token = new AccessToken(keys.apiKey, keys.apiSecret, { identity, ttl: 600 })
    token.addGrant({ room, roomJoin: true })
    return token.toJwt()
  }
  return {
    close: site.close,
    async call(): Promise<CallTimes> {
      const room = `bench-${randomUUID()}`
      await rooms.createRoom({ name: room, emptyTimeout: 60, maxParticipants: 4 })
      const contexts = await Promise.all([browser.newContext(), browser.newContext()])
      const pages = await Promise.all(contexts.map((context) => context.newPage()))
      for (const page of pages) {
        await prepare(page)
        await page.goto(site.url)
      }
      const tokens = await Promise.all(['one', 'two'].map((identity) => tokenFor(room, identity)))
      await Promise.all(
        pages.map((page, at) =>
          page.evaluate(joinBare, { url: `ws://127.0.0.1:${ports.port}`, token: tokens[at] ?? '' }),
        ),
      )
      const sides = await Promise.all(pages.map(marksOf))
      for (const context of contexts) await context.close()
      await rooms.deleteRoom(room)
      return timesOf(Math.min(...sides.map((side) => side.startAt)), sides)
    },
  }
}
