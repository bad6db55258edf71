import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { build } from 'esbuild'
import { AccessToken, RoomServiceClient } from 'livekit-server-sdk'

const key = 'testkey'
const secret = 'a-secret-for-tests-only-of-32-bytes'
const room = `live-call-${process.pid}`

/** A port nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createTcpServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** A real LiveKit on the loopback, which can be killed and started again on the same ports. */
export class LiveKit {
  private child: ChildProcess | undefined

  private constructor(
    private readonly binary: string,
    private readonly config: string,
    readonly port: number,
  ) {}

  static async create(binary: string): Promise<LiveKit> {
    const [port, tcp, udp] = [await freePort(), await freePort(), await freePort()]
    const config = JSON.stringify({
      port,
      bind_addresses: ['127.0.0.1'],
      rtc: { tcp_port: tcp, udp_port: udp, node_ip: '127.0.0.1', enable_loopback_candidate: true },
      room: { auto_create: false },
      keys: { [key]: secret },
      logging: { level: 'error' },
    })
    return new LiveKit(binary, config, port)
  }

  async start(): Promise<void> {
    this.child = spawn(this.binary, ['--config-body', this.config], { stdio: 'inherit' })
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const isUp = await fetch(`http://127.0.0.1:${this.port}/`).then(
        () => true,
        () => false,
      )
      if (isUp) return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error('LiveKit did not start.')
  }

  kill(): Promise<void> {
    const child = this.child
    if (!child || child.exitCode !== null) return Promise.resolve()
    return new Promise((resolve) => {
      child.once('exit', () => resolve())
      child.kill('SIGKILL')
    })
  }
}

/** Serves the page and grants; `end()` makes the next grant say that the call is over. */
export async function servePage(livekit: LiveKit) {
  const bundle = await build({
    entryPoints: [new URL('./live-call.page.ts', import.meta.url).pathname],
    bundle: true,
    write: false,
    format: 'iife',
  })
  const script = bundle.outputFiles[0]?.text ?? ''
  const rooms = new RoomServiceClient(`http://127.0.0.1:${livekit.port}`, key, secret)
  let isOver = false
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (url.pathname === '/page.js') return response.setHeader('content-type', 'text/javascript').end(script)
    if (url.pathname !== '/grant') {
      const policy = url.searchParams.get('policy')
      if (policy) response.setHeader('permissions-policy', policy)
      return response
        .setHeader('content-type', 'text/html')
        .end('<!doctype html><body><script src="/page.js"></script>')
    }
    try {
      if (isOver) return response.writeHead(410).end()
      await rooms.createRoom({ name: room, emptyTimeout: 300 })
      const token = await mint(url.searchParams.get('role') ?? 'visitor')
      response.end(JSON.stringify({ url: `ws://127.0.0.1:${livekit.port}`, token, callId: room }))
    } catch {
      // LiveKit is down: the page must try again.
      response.writeHead(503).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    removeParticipant: (role: string) => rooms.removeParticipant(room, `${role}:1:tab`),
    end: () => {
      isOver = true
    },
    deleteRoom: () => rooms.deleteRoom(room),
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

async function mint(role: string): Promise<string> {
  const token = new AccessToken(key, secret, { identity: `${role}:1:tab`, name: role, ttl: '10m' })
  token.addGrant({ roomJoin: true, room, canPublish: true, canSubscribe: true, canPublishData: true })
  return token.toJwt()
}
