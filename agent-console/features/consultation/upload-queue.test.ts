import { describe, expect, it } from 'vitest'
import { type SendInput, type UploadItem, UploadQueue } from './upload-queue'

function setUp() {
  const sent: (SendInput & { resolve(): void; reject(error: unknown): void })[] = []
  let items: UploadItem[] = []
  let count = 0
  const queue = new UploadQueue(
    (input) =>
      new Promise<void>((resolve, reject) => {
        sent.push({ ...input, resolve, reject })
        input.signal.addEventListener('abort', () => reject(input.signal.reason))
      }),
    (next) => {
      items = next
    },
    () => `u${++count}`,
  )
  const settle = () => new Promise((resolve) => setTimeout(resolve, 0))
  return {
    queue,
    sent,
    settle,
    states: () => items.map((item) => `${item.name} ${item.state}`),
    items: () => items,
  }
}
const file = (name: string) => new File(['x'], name)

describe('UploadQueue', () => {
  it('sends two at a time and the next when one is done', async () => {
    const { queue, sent, settle, states } = setUp()
    queue.add('con', [file('a'), file('b'), file('c')])
    expect(states()).toEqual(['a sending', 'b sending', 'c waiting'])
    sent[0]?.resolve()
    await settle()
    expect(states()).toEqual(['a done', 'b sending', 'c sending'])
  })

  it('cancelling aborts the request and frees its place', async () => {
    const { queue, sent, settle, states } = setUp()
    queue.add('con', [file('a'), file('b'), file('c')])
    queue.cancel('u1')
    await settle()
    expect(sent[0]?.signal.aborted).toBe(true)
    expect(states()).toEqual(['b sending', 'c sending'])
  })

  it('a failed file is tried again under the same id', async () => {
    const { queue, sent, settle, items } = setUp()
    queue.add('con', [file('a')])
    sent[0]?.onProgress(0.5)
    sent[0]?.reject(new Error('network'))
    await settle()
    expect(items()[0]).toMatchObject({ state: 'failed', progress: 0.5 })
    queue.retry('u1')
    expect(sent.map((each) => each.id)).toEqual(['u1', 'u1'])
    expect(items()[0]).toMatchObject({ state: 'sending', progress: 0, error: null })
  })
})
