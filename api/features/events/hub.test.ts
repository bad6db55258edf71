import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../../testing/app'
import { audience, writeEvent } from './events.store'

let test: TestApp
beforeEach(async () => {
  test = await createTestApp({ coalesceMs: 400 })
})
afterEach(() => test.close())

const write = (subject: string) =>
  test.db.write((tx) =>
    writeEvent(tx, {
      type: 'test.woken',
      subject,
      at: test.clock.now(),
      actor: { kind: 'system', id: null },
      audience: [audience.agents],
    }),
  )

it('hands out the first event at once and those close behind it together', async () => {
  const frames: string[] = []
  test.deps.hub.add({
    kind: 'agent',
    personId: 'agt_1',
    tokens: new Set([audience.agents]),
    after: 0,
    push: (frame) => frames.push(new TextDecoder().decode(frame)) > 0,
    close: () => undefined,
  })
  // A commit without events must not make the event behind it wait.
  await test.db.write(async () => undefined)
  await setTimeout(20)
  const startedAt = performance.now()
  await write('one')
  while (frames.length === 0) await setTimeout(5)
  expect(performance.now() - startedAt).toBeLessThan(300)
  await write('two')
  await write('three')
  while (frames.length < 2) await setTimeout(5)
  expect(performance.now() - startedAt).toBeGreaterThan(390)
  expect(frames.map((frame) => [...frame.matchAll(/"subject":"(\w+)"/g)].map((each) => each[1]))).toEqual([
    ['one'],
    ['two', 'three'],
  ])
})
