import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isLoopback, liveKitKeys, liveKitYaml } from './livekit-config.mjs'

const options = {
  ports: { port: 7880, tcp: 7881, udp: 7882, prometheus: 7889 },
  nodeIp: '127.0.0.1',
  localIps: ['10.1.2.3'],
  keys: { apiKey: 'BBkey', apiSecret: 'secret: with "signs"' },
  webhookUrl: 'http://127.0.0.1:8787/api/v1/livekit/webhook',
}

test('on one machine nothing but loopback is offered or listened on', () => {
  const yaml = liveKitYaml(options)
  expect(yaml).toContain('bind_addresses: ["127.0.0.1"]')
  expect(yaml).toContain('  enable_loopback_candidate: true\n')
  expect(yaml).toContain('    includes: ["127.0.0.1/32"]\n')
  expect(yaml).toContain('  auto_create: false\n')
  expect(yaml).toContain('  tcp_port: 7881\n  udp_port: 7882\n')
  expect(yaml).toContain(`  urls: ["${options.webhookUrl}"]\n`)
  expect(yaml).not.toContain('turn:')
})

test('a secret with signs in it stays one value', () => {
  expect(liveKitYaml(options)).toContain('  BBkey: "secret: with \\"signs\\""\n')
})

test('browsers are never sent to a public STUN server, nor to the media port as one', () => {
  expect(liveKitYaml(options)).toContain('stun_servers: ["127.0.0.1:3478"]')
  const own = liveKitYaml({ ...options, stunServers: ['stun.example.org:3478'] })
  expect(own).toContain('stun_servers: ["stun.example.org:3478"]')
})

test('in a network media listens on the address browsers are told, if this machine has it', () => {
  const yaml = liveKitYaml({ ...options, nodeIp: '10.1.2.3' })
  expect(yaml).toContain('    includes: ["10.1.2.3/32"]\n')
  expect(yaml).toContain('  enable_loopback_candidate: false\n')
  expect(liveKitYaml({ ...options, nodeIp: '203.0.113.9' })).not.toContain('includes')
})

test('TURN is written only when a port is given', () => {
  expect(liveKitYaml({ ...options, turnUdpPort: 3478 })).toContain(
    'turn:\n  enabled: true\n  udp_port: 3478\n',
  )
})

test('keys are random, kept, and readable by their owner alone', () => {
  const folders = [1, 2].map(() => mkdtempSync(join(tmpdir(), 'bangban-keys-')))
  const [first = '', second = ''] = folders
  const keys = liveKitKeys(first)
  expect(liveKitKeys(first)).toEqual(keys)
  expect(liveKitKeys(second).apiSecret).not.toBe(keys.apiSecret)
  expect(keys.apiSecret.length).toBeGreaterThanOrEqual(32)
  expect(statSync(join(first, 'livekit-keys.json')).mode & 0o777).toBe(0o600)
  for (const folder of folders) rmSync(folder, { recursive: true })
})

test('loopback is recognised in its forms', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost'].every(isLoopback)).toBe(true)
  expect(['0.0.0.0', '10.0.0.1', '::'].some(isLoopback)).toBe(false)
})
