import { PassThrough } from 'node:stream'
import { expect, it, vi } from 'vitest'
import { streamWhole } from './export.stream'

const three = () => {
  const source = new PassThrough()
  for (const word of ['one ', 'two ', 'three']) source.write(word)
  source.end()
  return source
}

it('tells once, when the reader has taken everything', async () => {
  const onWhole = vi.fn()
  expect(await new Response(streamWhole(three(), onWhole)).text()).toBe('one two three')
  expect(onWhole).toHaveBeenCalledTimes(1)
})

it('tells nothing when the reader stops, even with everything made, and lets the source go', async () => {
  const onWhole = vi.fn()
  const source = three()
  const reader = streamWhole(source, onWhole).getReader()
  await reader.read()
  await reader.cancel()
  expect(source.destroyed).toBe(true)
  expect(onWhole).not.toHaveBeenCalled()
})

it('tells nothing when the source breaks', async () => {
  const onWhole = vi.fn()
  const source = new PassThrough()
  source.write('one')
  const whole = new Response(streamWhole(source, onWhole)).text()
  source.destroy(new Error('a file is missing'))
  await expect(whole).rejects.toThrow('a file is missing')
  expect(onWhole).not.toHaveBeenCalled()
})
