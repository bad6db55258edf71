import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { connectLivekit } from './livekit'

it('asks for a room once for two who want it at the same time, and again for the next', async () => {
  let asked = 0
  const server = createServer((_request, response) => {
    asked += 1
    setTimeout(() => response.setHeader('content-type', 'application/json').end('{}'), 20)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const livekit = connectLivekit({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    apiKey: 'key',
    apiSecret: 'a-secret-that-is-long-enough-for-a-signature',
    publicUrl: undefined,
    isManaged: true,
  })
  await Promise.all([
    livekit.createRoom('room-1'),
    livekit.createRoom('room-1'),
    livekit.createRoom('room-2'),
  ])
  expect(asked).toBe(2)
  await livekit.createRoom('room-1')
  expect(asked).toBe(3)
  server.closeAllConnections()
  server.close()
})
