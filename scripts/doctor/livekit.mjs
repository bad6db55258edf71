/** LiveKit: who it is, whether its signalling and API answer, and which media ports are open. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findLiveKit } from '../setup/livekit.mjs'
import { words } from '../setup/shell.mjs'
import { SupervisedChild } from '../supervisor/child.mjs'
import { localAddresses } from '../supervisor/lan.mjs'
import { liveKitKeys, liveKitYaml } from '../supervisor/livekit-config.mjs'
import { isAlive, readPid } from '../supervisor/pids.mjs'
import { chooseLiveKitPorts } from '../supervisor/plan.mjs'
import { release } from '../supervisor/ports.mjs'
import { canConnect, liveKitAnswers, waitUntil } from '../supervisor/readiness.mjs'
import { bad, good, note } from './rows.mjs'

/**
 * @typedef {{url: string, apiKey: string, apiSecret: string, ports?: object, nodeIp: string, from: string,
 *   stop: () => Promise<void>}} LiveKitUnderTest
 */

/** The running child, an external server, or one started for this check alone; undefined when there is none. */
export async function openLiveKit(env, dataDir) {
  const nothingToStop = async () => undefined
  const running = readPid(join(dataDir, 'run'), 'livekit')
  if (isAlive(running) && existsSync(join(dataDir, 'livekit-keys.json'))) {
    const keys = JSON.parse(readFileSync(join(dataDir, 'livekit-keys.json'), 'utf8'))
    const from = words('正在运行的服务', 'the running installation')
    return {
      ...keys,
      url: `http://127.0.0.1:${running.ports.port}`,
      ports: running.ports,
      from,
      stop: nothingToStop,
    }
  }
  const source = findLiveKit(env)
  if (!source) return undefined
  if (source.kind === 'external') {
    const { url, apiKey, apiSecret } = source
    return { url: url.replace(/^ws/, 'http'), apiKey, apiSecret, from: 'LIVEKIT_URL', stop: nothingToStop }
  }
  return startForCheck(source, env)
}

/** Nothing is running: the binary is tried in a folder of its own, on free ports. */
async function startForCheck(source, env) {
  const folder = mkdtempSync(join(tmpdir(), 'bangban-doctor-'))
  const keys = liveKitKeys(folder)
  const ports = await chooseLiveKitPorts(folder, env)
  const nodeIp = env.LIVEKIT_NODE_IP || '127.0.0.1'
  const webhookUrl = 'http://127.0.0.1:9/' // nobody listens: webhooks are not part of this check
  const file = join(folder, 'livekit.yaml')
  writeFileSync(file, liveKitYaml({ ports, nodeIp, keys, webhookUrl, localIps: localAddresses() }), {
    mode: 0o600,
  })
  const child = new SupervisedChild({
    name: 'livekit',
    runDir: folder,
    logFile: join(folder, 'livekit.log'),
    launch: () => ({ command: source.binary, args: ['--config', file], cwd: folder }),
  })
  child.start()
  await waitUntil(() => liveKitAnswers(ports.port), 10_000)
  const stop = async () => {
    await child.stop(3_000, { isRepeated: true })
    release(Object.values(ports))
    rmSync(folder, { recursive: true, force: true })
  }
  const from = words('为检查临时启动', 'started for this check')
  return { ...keys, url: `http://127.0.0.1:${ports.port}`, ports, from, stop }
}

export function withoutLiveKit() {
  return bad(
    'LiveKit',
    words('没有 LiveKit 服务器：视频不可用', 'no LiveKit server: video is off'),
    words(
      '把 livekit-server 放到 PATH、安装 Go，或设置 LIVEKIT_URL、LIVEKIT_API_KEY、LIVEKIT_API_SECRET，再运行 npm start',
      'put livekit-server on PATH, install Go, or set LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET, then npm start',
    ),
  )
}

/** Twirp with a signed token: proves the address, the key and the secret at once. */
export async function checkSignalling(server) {
  const name = words('LiveKit 信令', 'LiveKit signalling')
  const { RoomServiceClient } = await import('livekit-server-sdk')
  try {
    const rooms = await new RoomServiceClient(server.url, server.apiKey, server.apiSecret).listRooms()
    return good(name, `${server.url} (${server.from}, ${rooms.length} ${words('个房间', 'rooms')})`)
  } catch (error) {
    const remedy = words(
      '请检查地址与密钥，日志在 DATA_DIR/logs/livekit.log',
      'check address, key and secret; the log is DATA_DIR/logs/livekit.log',
    )
    return bad(name, `${server.url}: ${error.message}`, remedy)
  }
}

export async function checkTcpPort(server) {
  const name = words('LiveKit TCP 端口', 'LiveKit TCP port')
  if (!server.ports) return note(name, words('外部服务器的端口未知', 'not known of an external server'))
  if (await canConnect(server.ports.tcp)) return good(name, String(server.ports.tcp))
  const remedy = words('请检查防火墙和 LIVEKIT_TCP_PORT', 'check the firewall and LIVEKIT_TCP_PORT')
  return bad(name, String(server.ports.tcp), remedy)
}

export function checkTurn(env) {
  if (env.LIVEKIT_TURN_UDP_PORT) return good('TURN', `udp ${env.LIVEKIT_TURN_UDP_PORT}`)
  return note(
    'TURN',
    words('未配置', 'not configured'),
    words(
      '仅当来访者的网络既不通 UDP 也不通 TCP 媒体端口时需要；设置 LIVEKIT_TURN_UDP_PORT',
      'needed only where citizens reach neither media port directly; set LIVEKIT_TURN_UDP_PORT',
    ),
  )
}
