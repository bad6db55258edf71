import { afterEach, expect, it } from 'vitest'
import { createTestApp, type TestApp } from '../../testing/app'
import { eventually } from '../../testing/eventually'
import { audience, writeEvent } from './events.store'

let test: TestApp
afterEach(() => test.close())

const write = (...subjects: string[]) =>
  test.db.write(async (tx) => {
    for (const subject of subjects)
      await writeEvent(tx, {
        type: 'test.woken',
        subject,
        at: test.clock.now(),
        actor: { kind: 'system', id: null },
        audience: [audience.agents],
      })
  })

/** Subjects of each frame that a reader who joins now is handed. */
const listen = (): string[][] => {
  const frames: string[][] = []
  test.deps.hub.add({
    kind: 'agent',
    personId: 'agt_1',
    tokens: new Set([audience.agents]),
    after: 0,
    push: (frame) => {
      const text = new TextDecoder().decode(frame)
      return frames.push([...text.matchAll(/"subject":"(\w+)"/g)].map((each) => each[1] ?? '')) > 0
    },
    close: () => undefined,
  })
  return frames
}

it('hands out the first event at once', async () => {
  // Whoever waited here would wait an hour.
  test = await createTestApp({ coalesceMs: 3_600_000 })
  const frames = listen()
  // A commit without events must not make the event behind it wait.
  await test.db.write(async () => undefined)
  await write('one')
  await eventually(() => expect(frames).toEqual([['one']]))
})

it('hands out together what came close behind', async () => {
  test = await createTestApp({ coalesceMs: 400 })
  const frames = listen()
  const startedAt = performance.now()
  await write('one')
  await eventually(() => expect(frames).toEqual([['one']]))
  await Promise.all([write('two'), write('three', 'four')])
  await eventually(() => expect(frames.flat()).toHaveLength(4))
  expect(frames).toEqual([['one'], ['two', 'three', 'four']])
  expect(performance.now() - startedAt).toBeGreaterThan(390)
})
