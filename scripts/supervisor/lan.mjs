/** What `--lan` needs: this machine's address in the network, and a certificate for it. */
import { X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { PlainError, say } from '../setup/shell.mjs'

/** Interfaces of containers and virtual machines: a phone cannot reach those. */
const VIRTUAL = /^(docker|br-|veth|virbr|vmnet|cni|flannel|utun|tun|tap|lo)/

/** IPv4 addresses of this machine, those a phone can most likely reach first; without loopback. */
export function localAddresses(interfaces = networkInterfaces()) {
  return Object.entries(interfaces)
    .flatMap(([name, list]) => (list || []).map((one) => ({ name, ...one })))
    .filter((one) => one.family === 'IPv4' && !one.internal)
    .sort((a, b) => Number(VIRTUAL.test(a.name)) - Number(VIRTUAL.test(b.name)))
    .map((one) => one.address)
}

export function lanAddress() {
  const [address] = localAddresses()
  if (address) return address
  throw new PlainError(
    '未找到局域网地址：请先连接网络，或用 LIVEKIT_NODE_IP 指定本机地址。',
    'No network address found: connect to a network, or name this machine’s address in LIVEKIT_NODE_IP.',
  )
}

function isUsable(certFile, address) {
  if (!existsSync(certFile)) return false
  const certificate = new X509Certificate(readFileSync(certFile))
  const days = (Date.parse(certificate.validTo) - Date.now()) / 86_400_000
  return days > 7 && certificate.checkIP(address) !== undefined
}

/** A self-signed certificate naming `address`; made anew when the address changes or it is about to expire. */
export async function ensureCertificate(dataDir, address) {
  const folder = join(dataDir, 'tls')
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  if (isUsable(files.cert, address)) return files
  say(`正在生成 ${address} 的自签名证书…`, `Making a self-signed certificate for ${address} …`)
  const { generate } = await import('selfsigned')
  const notAfterDate = new Date(Date.now() + 390 * 86_400_000) // phones refuse more than 398 days
  const pems = await generate([{ name: 'commonName', value: address }], {
    notAfterDate,
    keySize: 2048,
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 7, ip: address },
          { type: 7, ip: '127.0.0.1' },
          { type: 2, value: 'localhost' },
        ],
      },
    ],
  })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(files.key, pems.private, { mode: 0o600 })
  writeFileSync(files.cert, pems.cert)
  return files
}
