/** The configuration of the LiveKit child, and its keys. LiveKit parses strictly: one unknown key and it exits. */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const MINUTES_5 = 300
/** The asking browser's own machine, where nothing listens. */
const NO_STUN = '127.0.0.1:3478'

/** Random keys, made at the first start and kept: rooms and tokens must survive a restart. */
export function liveKitKeys(dataDir) {
  const file = join(dataDir, 'livekit-keys.json')
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'))
  const keys = {
    apiKey: `BB${randomBytes(8).toString('hex')}`,
    apiSecret: randomBytes(36).toString('base64url'),
  }
  writeFileSync(file, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 })
  return keys
}

export function isLoopback(address) {
  return address === '::1' || address === 'localhost' || /^127\./.test(address)
}

/** Scalars are written as JSON, which YAML contains, so no value needs an escaping rule of its own. */
function toYaml(value, indent = '') {
  return Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .map(([key, inner]) => {
      if (Array.isArray(inner) || typeof inner !== 'object')
        return `${indent}${key}: ${JSON.stringify(inner)}\n`
      return `${indent}${key}:\n${toYaml(inner, `${indent}  `)}`
    })
    .join('')
}

/**
 * @param {object} options
 * @param {{port: number, tcp: number, udp: number, prometheus: number}} options.ports
 * @param {string} options.nodeIp the address browsers send media to
 * @param {string[]} options.localIps addresses of this machine: media listens on nodeIp alone if it is one
 * @param {{apiKey: string, apiSecret: string}} options.keys
 * @param {string} options.webhookUrl
 * @param {string[]} [options.stunServers] `host:port`; the default asks nobody
 * @param {number} [options.turnUdpPort] switches LiveKit's own TURN server on
 */
export function liveKitYaml({ ports, nodeIp, localIps, keys, webhookUrl, stunServers = [], turnUdpPort }) {
  const loopback = isLoopback(nodeIp)
  const isOurs = loopback || localIps.includes(nodeIp)
  return toYaml({
    port: ports.port,
    // Signalling goes through our own origin (and its certificate), so this stays on loopback even with --lan.
    bind_addresses: ['127.0.0.1'],
    rtc: {
      tcp_port: ports.tcp,
      udp_port: ports.udp,
      node_ip: nodeIp,
      use_external_ip: false,
      enable_loopback_candidate: loopback,
      // How long a wish for a key frame is held back after the one before. LiveKit's own second is what a
      // participant waits for the first picture whose wish comes just after somebody else's.
      pli_throttle: { low_quality: '200ms', mid_quality: '200ms', high_quality: '200ms' },
      ips: isOurs ? { includes: [`${nodeIp}/32`] } : undefined,
      // An empty list would make LiveKit name public STUN servers to every citizen's browser. With a
      // known node address nobody needs one, so it names a place that asks nobody. It must not be the
      // media port: Chromium takes all packets from a STUN server's address for answers to its own
      // question, and media over UDP never connects.
      stun_servers: stunServers.length > 0 ? stunServers : [NO_STUN],
    },
    turn: turnUdpPort
      ? { enabled: true, udp_port: turnUdpPort, allow_restricted_peer_cidrs: [`${nodeIp}/32`] }
      : undefined,
    room: { auto_create: false, empty_timeout: MINUTES_5, departure_timeout: MINUTES_5 },
    webhook: { api_key: keys.apiKey, urls: [webhookUrl] },
    keys: { [keys.apiKey]: keys.apiSecret },
    limit: {
      subscription_limit_video: 24,
      subscription_limit_audio: 24,
      max_metadata_size: 16_384,
      max_attributes_size: 16_384,
      max_room_name_length: 128,
      max_participant_identity_length: 256,
    },
    prometheus: { port: ports.prometheus },
    logging: { level: 'info', json: true, pion_level: 'error' },
  })
}
