import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { findBlock, isTcpFree, isUdpFree, release, reserve, takeBlock } from './ports.mjs'

const FIRST = 23_400

async function occupyTcp(port: number) {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  return () => new Promise((done) => server.close(done))
}

test('an occupied port is seen, over TCP and over UDP', async () => {
  const base = await findBlock(FIRST, [{ offset: 0, host: '127.0.0.1' }])
  const free = await occupyTcp(base)
  expect(await isTcpFree(base, '127.0.0.1')).toBe(false)
  await free()
  expect(await isTcpFree(base, '127.0.0.1')).toBe(true)
  const socket = createSocket('udp4').bind(base, '127.0.0.1')
  await once(socket, 'listening')
  expect(await isUdpFree(base, '127.0.0.1')).toBe(false)
  await new Promise<void>((done) => socket.close(done))
  release([base])
})

test('a block with one occupied port is left, and nothing of it stays reserved', async () => {
  const wishes = [
    { offset: 0, host: '127.0.0.1' },
    { offset: 1, host: '127.0.0.1' },
  ]
  const base = await findBlock(FIRST + 100, wishes)
  release([base, base + 1])
  const free = await occupyTcp(base + 1)
  const next = await findBlock(base, wishes)
  expect(next).toBeGreaterThan(base)
  await free()
  expect(await takeBlock(base, wishes)).toBe(true)
  release([base, base + 1, next, next + 1])
})

test('two installations asking at once get different ports', async () => {
  const wishes = [{ offset: 0 }, { offset: 1 }]
  const bases = await Promise.all([1, 2, 3].map(() => findBlock(FIRST + 200, wishes)))
  expect(new Set(bases).size).toBe(3)
  release(bases.flatMap((base) => [base, base + 1]))
})

test('a reservation holds until it is released', async () => {
  const port = FIRST + 399
  expect(await reserve(port)).toBe(true)
  expect(await reserve(port)).toBe(false)
  release([port])
  expect(await reserve(port)).toBe(true)
  release([port])
})

test('of many processes that ask at the same moment, one gets the port, and the next one when it is gone', async () => {
  const port = FIRST + 398
  const module = new URL('./ports.mjs', import.meta.url).href
  // They wait for the same moment, say whether they got it, and live until all have tried.
  const program = `
    const { reserve } = await import(${JSON.stringify(module)})
    console.log('ready')
    process.stdin.once('data', async () => console.log((await reserve(${port})) ? 'mine' : 'taken'))`
  const askers = [1, 2, 3].map(() => spawn(process.execPath, ['--input-type=module', '-e', program]))
  const linesOf = askers.map((asker) => createInterface(asker.stdout)[Symbol.asyncIterator]())
  const next = () => Promise.all(linesOf.map(async (lines) => (await lines.next()).value))
  expect(await next()).toEqual(['ready', 'ready', 'ready'])
  for (const asker of askers) asker.stdin.write('go\n')
  expect((await next()).sort()).toEqual(['mine', 'taken', 'taken'])
  expect(await reserve(port)).toBe(false)
  const ends = askers.map((asker) => once(asker, 'exit'))
  for (const asker of askers) asker.kill()
  await Promise.all(ends)
  expect(await reserve(port)).toBe(true)
  release([port])
})
