/** Real media through LiveKit: two browser pages in one room, once over UDP only and once over TCP only. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { findChromium } from '../setup/chromium.mjs'
import { ROOT, words } from '../setup/shell.mjs'
import { joinAndMeasure } from './media-page.mjs'
import { bad, good, note } from './rows.mjs'

const CONNECT_MS = 20_000

/** Camera access needs a secure context, which a page on 127.0.0.1 is. */
async function servePage() {
  const client = readFileSync(join(ROOT, 'node_modules', 'livekit-client', 'dist', 'livekit-client.umd.js'))
  const server = createServer((request, response) => {
    if (request.url === '/client.js') return response.setHeader('content-type', 'text/javascript').end(client)
    response.setHeader('content-type', 'text/html').end('<!doctype html><script src="/client.js"></script>')
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() }
}

/** For TCP the browser itself is told not to send UDP: candidates alone do not prevent it. */
const NO_UDP = '--webrtc-ip-handling-policy=disable_non_proxied_udp'

async function openBrowser(executablePath, protocol) {
  const { chromium } = await import('playwright-core')
  const args = ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream']
  if (protocol === 'tcp') args.push(NO_UDP, NO_UDP.replace('--', '--force-'))
  if (process.getuid?.() === 0) args.push('--no-sandbox')
  return chromium.launch({ executablePath, args })
}

/** Resolves with milliseconds until the second page shows the first one's picture. */
async function connectOver(protocol, server, browser, pageUrl) {
  const { AccessToken, RoomServiceClient } = await import('livekit-server-sdk')
  const rooms = new RoomServiceClient(server.url, server.apiKey, server.apiSecret)
  const room = `doctor-${randomUUID()}`
  await rooms.createRoom({ name: room, emptyTimeout: 60, maxParticipants: 2 })
  const context = await browser.newContext()
  try {
    const join = async (identity, publishes) => {
      const token = new AccessToken(server.apiKey, server.apiSecret, { identity, ttl: 120 })
      token.addGrant({ roomJoin: true, room, canPublish: publishes, canSubscribe: true })
      const page = await context.newPage()
      await page.goto(pageUrl)
      const signal = server.url.replace(/^http/, 'ws')
      const task = { url: signal, token: await token.toJwt(), protocol, publishes, timeoutMs: CONNECT_MS }
      return page.evaluate(joinAndMeasure, task)
    }
    const [sent, received] = await Promise.all([join('sender', true), join('receiver', false)])
    return { sent, received }
  } finally {
    await context.close()
    await rooms.deleteRoom(room)
  }
}

async function checkProtocol(protocol, server, executable, pageUrl) {
  const name = words(`媒体 ${protocol.toUpperCase()}`, `Media over ${protocol.toUpperCase()}`)
  const port = server.ports?.[protocol] ?? ''
  const browser = await openBrowser(executable, protocol)
  try {
    const { sent, received } = await connectOver(protocol, server, browser, pageUrl)
    if (sent.protocol !== protocol || received.protocol !== protocol)
      return bad(
        name,
        `${sent.protocol}/${received.protocol}`,
        words('走了另一种协议', 'another protocol was taken'),
      )
    const text = `${words('端口', 'port')} ${port}, ${received.width}×${received.height}, ${Math.round(received.frameMs)} ms`
    return good(name, text)
  } catch (error) {
    const variable = protocol === 'udp' ? 'LIVEKIT_UDP_PORT' : 'LIVEKIT_TCP_PORT'
    const remedy = words(
      `请在防火墙开放 ${protocol} ${port}，并检查 LIVEKIT_NODE_IP 与 ${variable}`,
      `open ${protocol} ${port} in the firewall; check LIVEKIT_NODE_IP and ${variable}`,
    )
    return bad(name, error.message.split('\n')[0], remedy)
  } finally {
    await browser.close()
  }
}

/** @returns {Promise<import('./rows.mjs').Row[]>} */
export async function checkMedia(server, env) {
  const executable = await findChromium(env)
  if (!executable) {
    const name = words('媒体 UDP/TCP', 'Media over UDP and TCP')
    const text = words('未检查：没有 Chromium', 'not checked: no Chromium')
    return [note(name, text, words('安装 Chromium 或设置 CHROMIUM_PATH', 'install one or set CHROMIUM_PATH'))]
  }
  const page = await servePage()
  try {
    return [
      await checkProtocol('udp', server, executable, page.url),
      await checkProtocol('tcp', server, executable, page.url),
    ]
  } finally {
    page.close()
  }
}
